import { describe, expect, it } from "vitest";

import { minutesOf, secondsFor, waitWords, type EstimateRow } from "@/booths/waiting";

const TABLE: EstimateRow[] = [
  [0, 30, 120],
  [1, 240, 600],
  [5, 1200, 2400],
];

describe("secondsFor", () => {
  it("reads a row, goes between two in proportion, and behind the last one on", () => {
    expect(secondsFor(TABLE, 0)).toEqual([30, 120]);
    expect(secondsFor(TABLE, 5)).toEqual([1200, 2400]);
    expect(secondsFor(TABLE, 3)).toEqual([720, 1500]);
    expect(secondsFor(TABLE, 10)).toEqual([2400, 4800]);
  });

  it("says nothing where nothing is known", () => {
    expect(secondsFor([], 3)).toBeNull();
    expect(secondsFor([[0, 30, 120]], 3)).toBeNull();
    expect(secondsFor([[2, 300, 600]], 0)).toEqual([300, 600]);
  });

  it("never falls as more people stand ahead", () => {
    const highs = Array.from({ length: 40 }, (_, ahead) => secondsFor(TABLE, ahead)?.[1] ?? 0);
    expect(highs).toEqual([...highs].sort((one, other) => one - other));
  });
});

describe("minutesOf", () => {
  it.each([
    [[0, 20], { low: 0, high: 1 }],
    [[470, 830], { low: 7, high: 14 }],
    [[1260, 1501], { low: 20, high: 30 }],
    [[3000, 4300], { low: 50, high: 80 }],
  ] as const)("%o seconds → %o", (seconds, minutes) => {
    expect(minutesOf(seconds)).toEqual(minutes);
  });

  it("never promises less than the seconds it stands for", () => {
    for (let high = 1; high < 9000; high += 37) expect(minutesOf([0, high]).high * 60).toBeGreaterThanOrEqual(high);
  });
});

describe("waitWords", () => {
  it.each([
    [{ low: 0, high: 1 }, { key: "soon", low: 0, high: 1 }],
    [{ low: 8, high: 14 }, { key: "range", low: 8, high: 14 }],
    [{ low: 0, high: 14 }, { key: "range", low: 1, high: 14 }],
    [{ low: 5, high: 5 }, { key: "oneMinute", low: 5, high: 5 }],
    [{ low: 50, high: 130 }, { key: "mixed", low: 50, high: 2.5 }],
    [{ low: 70, high: 130 }, { key: "hours", low: 1, high: 2.5 }],
  ] as const)("%o → %o", (wait, words) => {
    expect(waitWords(wait)).toEqual(words);
  });
});
