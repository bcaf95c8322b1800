import { describe, expect, it } from "vitest";

import { commonMoves, isGone, matches, neighbour, NO_FILTER, positionsOf, rowsOf, total } from "@/applications/inbox";
import { reduceInbox } from "@/applications/live";
import { inbox, row } from "./rows";

describe("filtering", () => {
  const wang = row(123, { name: "Wang 王小明", title: "数控车工", position_id: 4, state: "opened" });

  it.each([
    [{ ...NO_FILTER }, true],
    [{ ...NO_FILTER, state: "opened" as const }, true],
    [{ ...NO_FILTER, state: "invited" as const }, false],
    [{ ...NO_FILTER, position: 4 }, true],
    [{ ...NO_FILTER, position: 5 }, false],
    [{ ...NO_FILTER, q: " 王 " }, true],
    [{ ...NO_FILTER, q: "WANG" }, true],
    [{ ...NO_FILTER, q: "车工" }, true],
    [{ ...NO_FILTER, q: "000123" }, true],
    [{ ...NO_FILTER, q: "123" }, true],
    [{ ...NO_FILTER, q: "12" }, false],
    [{ ...NO_FILTER, q: "000" }, false],
  ])("%o → %s", (filter, found) => {
    expect(matches(wang, filter)).toBe(found);
  });
});

describe("rowsOf", () => {
  it("lays live rows over fetched ones, newest first", () => {
    const live = inbox([row(9), row(8, { state: "opened" })]);
    const rows = rowsOf(live, [row(8), row(3)], NO_FILTER, null);
    expect(rows.map(({ id, state }) => [id, state])).toEqual([[9, "submitted"], [8, "opened"], [3, "submitted"]]);
  });

  it("follows pushes about rows too old for the snapshot, and drops what was withdrawn", () => {
    const live = reduceInbox(
      reduceInbox(inbox(Array.from({ length: 50 }, (_, n) => row(n + 100)), { submitted: 60 }), {
        is: "applications.inbox_changed",
        data: { application: row(3, { state: "opened" }), was: "submitted", became: "opened" },
      }),
      { is: "applications.inbox_withdrawn", data: { application_id: 4, was: "submitted" } },
    );
    expect(live.applications).toHaveLength(50);
    expect(live.counts).toMatchObject({ submitted: 58, opened: 1 });
    const old = rowsOf(live, [row(4), row(3)], NO_FILTER, null).filter(({ id }) => id < 100);
    expect(old.map(({ id, state }) => [id, state])).toEqual([[3, "opened"]]);
  });

  it("keeps the one being read although reading changed its state", () => {
    const live = inbox([row(9, { state: "opened" }), row(8, { state: "opened" })]);
    expect(rowsOf(live, [], { ...NO_FILTER, state: "submitted" }, 9).map(({ id }) => id)).toEqual([9]);
  });
});

describe("isGone", () => {
  const full = inbox(Array.from({ length: 50 }, (_, n) => row(n + 100)), { submitted: 60 });

  it("is sure only of what the snapshot would have to hold", () => {
    expect(isGone(full, 120)).toBe(false);
    expect(isGone(full, 151)).toBe(true); // newer than the oldest shown, and not there
    expect(isGone(full, 3)).toBe(false); // older: the snapshot says nothing
    expect(isGone(inbox([row(9), row(7)]), 3)).toBe(true); // it holds all there are
  });

  it("believes a push", () => {
    const after = reduceInbox(full, { is: "applications.inbox_withdrawn", data: { application_id: 3, was: "submitted" } });
    expect(isGone(after, 3)).toBe(true);
    expect(total(after)).toBe(59);
  });
});

describe("counts", () => {
  it("move once when a reply comes before its push", () => {
    const push = { is: "applications.inbox_changed", data: { application: row(9, { state: "opened" }), was: "submitted", became: "opened" } } as const;
    const once = reduceInbox(inbox([row(9)]), push);
    expect(once.counts).toMatchObject({ submitted: 0, opened: 1 });
    expect(reduceInbox(once, push).counts).toEqual(once.counts);
  });

  it("follow a decision that is taken back and made again", () => {
    const to = (state: "opened" | "invited", was: "opened" | "invited") => ({ is: "applications.inbox_changed", data: { application: row(9, { state }), was, became: state } }) as const;
    let state = inbox([row(9, { state: "opened" })]);
    for (const push of [to("invited", "opened"), to("opened", "invited"), to("invited", "opened")]) state = reduceInbox(state, push);
    expect(state.counts).toMatchObject({ opened: 0, invited: 1 });
  });
});

describe("walking and deciding", () => {
  const rows = [row(3), row(2), row(1)];

  it("stops at the ends and starts at the top", () => {
    expect(neighbour(rows, null, 1)?.id).toBe(3);
    expect(neighbour(rows, 3, 1)?.id).toBe(2);
    expect(neighbour(rows, 3, -1)?.id).toBe(3);
    expect(neighbour(rows, 1, 1)?.id).toBe(1);
    expect(neighbour(rows, 99, 1)?.id).toBe(3);
    expect(neighbour([], null, 1)).toBeNull();
  });

  it("offers nothing unread, and for many what any of them can become", () => {
    expect(commonMoves([row(1)])).toEqual([]);
    expect(commonMoves([row(1, { state: "opened" })])).toEqual(["shortlisted", "invited", "offered", "rejected"]);
    expect(commonMoves([row(1, { state: "invited" }), row(2)])).toEqual(["offered", "rejected"]);
    expect(commonMoves([row(1, { state: "rejected" })])).toEqual([]);
    expect(commonMoves([])).toEqual([]);
  });

  it("lists positions by how many applied", () => {
    const found = positionsOf([row(1), row(2, { position_id: 2, title: "焊工" }), row(3, { position_id: 2, title: "焊工" })]);
    expect(found).toEqual([{ id: 2, title: "焊工", n: 2 }, { id: 1, title: "电工", n: 1 }]);
  });
});
