/** The server's recorded broadcast (tests/livestream/test_commutation.py) through the browser's reducer. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { caughtUp } from "@/livestream/inStep";
import { reduceRoom, type Push } from "@/livestream/live";
import { countPositions, looked, missedCues } from "@/livestream/missed";
import { moved, movedBefore } from "@/livestream/order";
import { rowsOf } from "@/livestream/replay";
import { meaningOf } from "@/livestream/studioKeys";
import { expectedEnd, overrun, stopwatch } from "@/livestream/timing";
import type { CardOut, CueOut, LiveRoomOut } from "@/realtime/protocol.gen";

interface Golden {
  before: LiveRoomOut;
  pushes: Push[];
  after: LiveRoomOut;
}
const golden = JSON.parse(readFileSync("tests/livestream/commutation.golden.json", "utf8")) as Golden;

describe("old snapshot + pushes == new snapshot", () => {
  it("once", () => {
    expect(golden.pushes.reduce(reduceRoom, golden.before)).toEqual(golden.after);
  });
  it("each push twice", () => {
    expect(golden.pushes.flatMap((push) => [push, push]).reduce(reduceRoom, golden.before)).toEqual(golden.after);
  });
  it("a card of another broadcast changes nothing", () => {
    const push: Push = { is: "livestream.card_changed", data: { session_id: -1, cues: [], card: null } };
    expect(reduceRoom(golden.before, push)).toBe(golden.before);
  });
});

const MINUTE = 60_000;
const T = Date.parse("2026-04-13T01:00:00Z");
const at = (minutes: number): string => new Date(T + minutes * MINUTE).toISOString();
function cue(id: number, from: number | null, to: number | null, state: CueOut["state"] = "done"): CueOut {
  const aired = from === null ? [] : [{ id, started_at: at(from), ended_at: to === null ? null : at(to) }];
  const positions = [{ id, title: `岗位${id}`, pay_min: 5000, pay_max: null, pay_unit: "month" as const, headcount_min: 1, area: "南通", face: "open" as const, reference: from === null ? null : `pinned:${id}` }];
  return { id, rank: id, title: `企业${id}`, employer: { id, name: `企业${id}` }, host: "", minutes: 5, state, aired, positions };
}

describe("what was missed while away", () => {
  const cues = [cue(1, 0, 5), cue(2, 5, 10), cue(3, 10, 15), cue(4, 15, null, "on_air"), cue(5, null, null, "planned")];

  it("is what was on air mostly while nobody looked, but not what is on air now", () => {
    const first = looked(null, 7, T + 4 * MINUTE);
    const back = looked(first, 7, T + 16 * MINUTE);
    expect(missedCues(cues, back.away).map((one) => one.cue.id)).toEqual([2, 3]);
    expect(countPositions(missedCues(cues, back.away))).toBe(2);
  });
  it("is nothing after a glance elsewhere, in another broadcast, or at the first visit", () => {
    const first = looked(null, 7, T);
    expect(looked(first, 7, T + 10_000).away).toEqual([]);
    expect(looked(first, 8, T + 16 * MINUTE).away).toEqual([]);
    expect(missedCues(cues, looked(null, 7, T + 16 * MINUTE).away)).toEqual([]);
  });
});

describe("the card follows the frame", () => {
  const card = (airing_id: number): CardOut => ({ airing_id }) as CardOut;
  const changes = [{ card: card(1), at: T }, { card: card(2), at: T + 1000 }, { card: null, at: T + 2000 }];

  it("shows what the frame knows, and the first one to whoever came late", () => {
    expect(caughtUp(changes, T + 500)[0]?.card?.airing_id).toBe(1);
    expect(caughtUp(changes, T + 1000)[0]?.card?.airing_id).toBe(2);
    expect(caughtUp(changes, T + 9000)).toEqual([{ card: null, at: T + 2000 }]);
    expect(caughtUp(changes, T - 500)[0]?.card?.airing_id).toBe(1);
  });
});

describe("how the rundown keeps its time", () => {
  const cues = [cue(1, 0, 5), cue(2, 5, null, "on_air"), cue(3, null, null, "planned"), cue(4, null, null, "skipped")];
  const session = { ends_at: at(12) } as Parameters<typeof overrun>[0];

  it("counts what is left of the cue on air and what is to come", () => {
    expect(expectedEnd(cues, T + 7 * MINUTE)).toBe(T + 15 * MINUTE);
    expect(overrun(session, cues, T + 7 * MINUTE)).toBe(3 * MINUTE);
    expect(overrun(session, cues, T + 20 * MINUTE)).toBe(13 * MINUTE);
  });
  it.each([[65_000, "1:05"], [-65_000, "1:05"], [3_729_000, "1:02:09"]])("%d is %s", (ms, text) => {
    expect(stopwatch(ms)).toBe(text);
  });
});

describe("a replay in rows", () => {
  const chapter = (id: number, cue_id: number, from: number) => ({ id, cue_id, title: `企业${cue_id}`, employer: null, started_at: at(from), ended_at: at(from + 1), pinned: [] });

  it("has each cue once, with all its stretches", () => {
    const rows = rowsOf([chapter(1, 7, 0), chapter(2, 8, 1), chapter(3, 7, 2)]);
    expect(rows.map((one) => [one.id, one.aired.map((air) => air.id)])).toEqual([[7, [1, 3]], [8, [2]]]);
  });
});

describe("moving cues", () => {
  it("by one, within the list", () => {
    expect(moved([1, 2, 3], 2, -1)).toEqual([2, 1, 3]);
    expect(moved([1, 2, 3], 3, 1)).toBeNull();
    expect(moved([1, 2, 3], 9, 1)).toBeNull();
  });
  it("onto another row, both ways", () => {
    expect(movedBefore([1, 2, 3, 4], 1, 3)).toEqual([2, 3, 1, 4]);
    expect(movedBefore([1, 2, 3, 4], 4, 2)).toEqual([1, 4, 2, 3]);
    expect(movedBefore([1, 2], 1, 1)).toBeNull();
  });
});

describe("keys of the studio", () => {
  const key = (name: string, more = {}) => ({ key: name, altKey: false, ctrlKey: false, metaKey: false, repeat: false, ...more });

  it("belong to a field that is typed in, and a held key presses once", () => {
    expect(meaningOf(key(" "), "text")).toBeNull();
    expect(meaningOf(key("ArrowRight", { repeat: true }), "page")).toBeNull();
    expect(meaningOf(key(" "), "button")).toBeNull();
    expect(meaningOf(key("ArrowRight"), "button")).toBe("next");
    expect(meaningOf(key("PageDown"), "page")).toBe("next");
    expect(meaningOf(key("ArrowUp", { altKey: true }), "page")).toBe("moveUp");
    expect(meaningOf(key("c", { ctrlKey: true }), "page")).toBeNull();
  });
});
