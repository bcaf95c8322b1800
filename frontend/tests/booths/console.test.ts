import { describe, expect, it } from "vitest";

import { consoleView, initialDesk, personAt } from "@/booths/console";

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
    expect(initialDesk(busy, "1")).toBe(1);
    expect(initialDesk(busy, null)).toBe(2);
    expect(initialDesk(busy, "9")).toBe(2);
    const full = desk(deskTicket(1, { state: "serving", desk_number: 1 }), deskTicket(2, { state: "called", desk_number: 2 }));
    expect(initialDesk(full, "x")).toBe(1);
  });

  it("does not count who merely waited at a desk", () => {
    expect(personAt(desk(deskTicket(1, { desk_number: 1 })), 1)).toBeNull();
  });
});
