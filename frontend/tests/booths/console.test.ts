import { describe, expect, it } from "vitest";

import { consoleView, dutyAt, dutyOf, ENDINGS, finishOf, initialDesk, personAt, stepped } from "@/booths/console";

import { desk, deskTicket } from "./rows";

describe("consoleView", () => {
  it("finds my person, the next one and the longest wait", () => {
    const held = deskTicket(3, { held: true });
    const state = desk(
      deskTicket(1, { state: "serving", desk_number: 1 }),
      deskTicket(2, { state: "called", desk_number: 2 }),
      held,
      deskTicket(4),
    );
    const view = consoleView(state, 2);
    expect(view.current?.ticket_id).toBe(2);
    expect(view.next?.ticket_id).toBe(4);
    expect(view.waiting.map((row) => row.ticket_id)).toEqual([3, 4]);
    expect(view.longestSince).toBe(held.taken_at);
    expect(view.talking).toBe(1);
    expect(view.cannotCall).toBe("whyBusy");
  });

  it.each([
    [{ state: "closed" as const }, "whyClosed"],
    [{ state: "paused" as const }, "whyPaused"],
    [{}, null],
    [{ waiting: [] }, "whyEmpty"],
  ])("%o → %s", (changes, why) => {
    expect(consoleView({ ...desk(deskTicket(1)), ...changes }, 1).cannotCall).toBe(why);
  });

  it("lets the recruiter ask although everyone is held: somebody may have just been freed", () => {
    const view = consoleView(desk(deskTicket(1, { held: true })), 1);
    expect(view.next).toBeNull();
    expect(view.cannotCall).toBeNull();
  });

  it("has nothing to show for an empty line", () => {
    expect(consoleView(desk(), 1)).toEqual({ current: null, next: null, waiting: [], talking: 0, cannotCall: "whyEmpty", longestSince: null });
  });
});

describe("initialDesk", () => {
  const busy = desk(deskTicket(1, { state: "arrived", desk_number: 1 }));

  it("is the one chosen before, else the first free one, else the first", () => {
    expect(initialDesk(busy, "1", 7)).toBe(1);
    expect(initialDesk(busy, null, 7)).toBe(2);
    expect(initialDesk(busy, "9", null)).toBe(2);
    const full = desk(deskTicket(1, { state: "serving", desk_number: 1 }), deskTicket(2, { state: "called", desk_number: 2 }));
    expect(initialDesk(full, "x", 7)).toBe(1);
  });

  it("is where one's own talk is, whatever was chosen before; without a talk the one chosen", () => {
    const mine = { recruiter_id: 7, who: "", desk_number: 1, state: "on" as const, since: "2026-04-11T09:00:00+08:00" };
    expect(initialDesk({ ...busy, duty: [mine] }, "2", 7)).toBe(1);
    expect(initialDesk({ ...desk(), duty: [mine] }, "2", 7)).toBe(2);
    expect(initialDesk({ ...desk(), duty: [{ ...mine, desk_number: 2 }] }, null, 7)).toBe(2);
    expect(initialDesk({ ...busy, duty: [mine] }, null, 8)).toBe(2);
  });

  it("does not count who merely waited at a desk", () => {
    expect(personAt(desk(deskTicket(1, { desk_number: 1 })), 1)).toBeNull();
  });
});

describe("finishOf", () => {
  const NONE = { code: "", text: "" };

  it("says what each of the seven means", () => {
    const said = ENDINGS.map((ending) => finishOf(ending, { code: "full", text: "" }, " 下周一 "));
    expect(said.map((how) => [how?.result, how?.outcome])).toEqual([
      ["talked", "second_interview"],
      ["talked", "offer"],
      ["talked", "reserve"],
      ["talked", "reject"],
      ["talked", ""],
      ["left", ""],
      ["no_show", ""],
    ]);
    expect(said.map((how) => how?.reason_code)).toEqual(["", "", "", "full", "", "", ""]);
    expect(new Set(said.map((how) => how?.note))).toEqual(new Set(["下周一"]));
  });

  it("waits for an ending, and for a rejection's reason", () => {
    expect(finishOf(null, NONE, "")).toBeNull();
    expect(finishOf("reject", NONE, "")).toBeNull();
    expect(finishOf("reject", { code: "other", text: "  " }, "")).toBeNull();
    expect(finishOf("reject", { code: "other", text: " 班次不合 " }, "")?.reason_text).toBe("班次不合");
  });
});

describe("who is on duty", () => {
  const row = { recruiter_id: 5, who: "张敏", desk_number: 2, state: "away" as const, since: "2024-04-13T01:00:00Z" };
  const staffed = { ...desk(), duty: [row] };

  it("is said by desk and by recruiter", () => {
    expect(dutyAt(staffed, 2)).toEqual([row]);
    expect(dutyAt(staffed, 1)).toEqual([]);
    expect([dutyOf(staffed, 5), dutyOf(staffed, 6), dutyOf(staffed, null)]).toEqual(["away", "off", "off"]);
  });
});

describe("stepped", () => {
  const rows = [deskTicket(1), deskTicket(2), deskTicket(3)];

  it.each([
    [null, 1, 1],
    [null, -1, 3],
    [2, 1, 3],
    [3, 1, 3],
    [1, -1, 1],
    [99, 1, 1],
  ] as const)("from %o by %o → %o", (from, by, to) => {
    expect(stepped(rows, from, by)).toBe(to);
  });

  it("has nowhere to go in an empty line", () => {
    expect(stepped([], 1, 1)).toBeNull();
  });
});
