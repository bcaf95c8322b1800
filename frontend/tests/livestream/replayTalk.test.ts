import { describe, expect, it } from "vitest";

import { BEFORE_MS, joined, saidBetween, saidBy, wanted } from "@/livestream/replayTalk";
import type { LiveLineOut } from "@/realtime/protocol.gen";

const T = Date.parse("2026-04-13T01:00:00Z");
const line = (id: number, at: number): LiveLineOut => ({ id, side: "viewer", name: "王**", text: `第${id}句`, at: new Date(T + at).toISOString() });
const ids = (lines: readonly LiveLineOut[]): number[] => lines.map((one) => one.id);

describe("a replay's chat", () => {
  const held = joined(null, T, [line(1, 1_000), line(2, 2_000), line(3, 9_000)]);

  it("shows what had been said by then, also after a leap back", () => {
    expect(ids(saidBy(held, T + 2_000))).toEqual([1, 2]);
    expect(ids(saidBy(held, T + 500))).toEqual([]);
    expect(saidBy(null, T)).toEqual([]);
  });

  it("flies what is said while it plays, and nothing of a leap", () => {
    expect(ids(saidBetween(held, T + 1_000, T + 2_000))).toEqual([2]);
    expect(saidBetween(held, T, T + 9_000)).toEqual([]);
    expect(saidBetween(held, T + 9_000, T)).toEqual([]);
    expect(saidBetween(held, null, T + 9_000)).toEqual([]);
  });

  it("reads on before it has shown all, and anew where nothing is held", () => {
    expect(wanted(null, T)).toBe(T - BEFORE_MS);
    expect(wanted(held, T + 60_000)).toBeNull();
    expect(wanted(held, held.until - 1_000)).toBe(held.until);
    expect(wanted(held, held.until + 60_000)).toBe(held.until);
    expect(wanted(held, T - 1)).toBe(T - 1 - BEFORE_MS);
  });

  it("goes on from where a full read ended, each line once", () => {
    const full = joined(null, T, Array.from({ length: 1_000 }, (_, at) => line(at + 1, at * 10)));
    expect(full.until).toBe(T + 9_990);
    const more = joined(full, full.until, [line(1_000, 9_990), line(1_001, 10_000)]);
    expect(more.lines).toHaveLength(1_001);
    expect(joined(more, T + 900_000, []).lines).toEqual([]);
  });
});
