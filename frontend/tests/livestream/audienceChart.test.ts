import { describe, expect, it } from "vitest";

import { chartOf, roundTop, type Minute } from "@/livestream/audienceChart";

const T = Date.parse("2026-04-13T01:00:00Z");
const minute = (at: number, playing: number, cue_id: number | null): Minute => ({ at: new Date(T + at * 60_000).toISOString(), playing, present: playing, cue_id });

describe("a broadcast's minutes as a chart", () => {
  it("stands on a round top and marks where most watched", () => {
    const chart = chartOf([minute(0, 10, 1), minute(1, 37, 1), minute(2, 20, 2), minute(4, 5, 2)], 400, 100);
    expect(chart.line).toBe("M0,75L100,7.5L200,50L400,87.5");
    expect(chart.rows.map((row) => row.value)).toEqual([0, 20, 40]);
    expect(chart.peak).toMatchObject({ x: 100, y: 7.5, value: 37 });
    expect(chart.stretches).toEqual([{ cue: 1, from: 0, to: 200 }, { cue: 2, from: 200, to: 400 }]);
  });
  it("shows nothing for no minute, and a single one", () => {
    expect(chartOf([]).line).toBe("");
    expect(chartOf([]).peak).toBeNull();
    expect(chartOf([minute(0, 0, null)], 400, 100).line).toBe("M0,100");
    expect(chartOf([minute(0, 0, null)]).stretches).toEqual([]);
  });
  it("a cue that came back has two stretches, and none in between where nothing was on air", () => {
    const chart = chartOf([minute(0, 1, 1), minute(1, 1, null), minute(2, 1, 1)], 200, 100);
    expect(chart.stretches).toEqual([{ cue: 1, from: 0, to: 100 }, { cue: 1, from: 200, to: 200 }]);
  });
  it("never has more times than fit", () => {
    for (const length of [1, 7, 30, 61, 180, 719]) {
      const chart = chartOf(Array.from({ length }, (_, place) => minute(place, place, 1)));
      expect(chart.times.length).toBeLessThanOrEqual(8);
      expect(chart.times.length).toBeGreaterThan(0);
    }
  });
  it.each([[0, 4], [4, 4], [5, 6], [9, 10], [11, 20], [41, 50], [775, 800], [2680, 3000]])("%d stands under %d", (most, top) => {
    expect(roundTop(most)).toBe(top);
  });
});
