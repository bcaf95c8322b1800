import { describe, expect, it } from "vitest";

import { GAP, Lanes } from "@/livestream/danmaku";
import { many } from "@/livestream/talkFormat";

const SPEED = 0.1;

describe("flying lines", () => {
  it("never touch: a lane is free once the one before has wholly come in", () => {
    const lanes = new Lanes(400, 3, SPEED);
    const flights: { from: number; to: number; lane: number; length: number; at: number }[] = [];
    for (let at = 0; at < 20_000; at += 130) {
      const length = 40 + ((at * 7) % 260);
      const flight = lanes.take(at, length, "many");
      if (flight !== null) flights.push({ lane: flight.lane, length, at, from: at, to: at + flight.lasts });
    }
    expect(flights.length).toBeGreaterThan(20);
    for (const [index, one] of flights.entries()) {
      for (const other of flights.slice(index + 1)) {
        if (other.lane !== one.lane) continue;
        const gap = (other.at - one.at) * SPEED - one.length; // both fly at one speed, so it never changes
        expect(gap).toBeGreaterThanOrEqual(GAP - 0.001);
      }
    }
  });

  it("uses a share of the lanes, and none when they are off", () => {
    const used = (density: "off" | "few" | "many"): number => {
      const lanes = new Lanes(400, 9, SPEED);
      return Array.from({ length: 20 }, () => lanes.take(0, 100, density)).filter((flight) => flight !== null).length;
    };
    expect([used("off"), used("few"), used("many")]).toEqual([0, 4, 9]);
  });

  it("lasts from edge to edge, and keeps its lanes when the picture turns", () => {
    const lanes = new Lanes(400, 2, SPEED);
    expect(lanes.take(0, 100, "many")).toEqual({ lane: 0, lasts: 5000 });
    lanes.resize(800, 3);
    expect(lanes.take(0, 100, "many")).toEqual({ lane: 1, lasts: 9000 });
  });
});

describe("large figures", () => {
  it.each([
    [0, "0", "0"],
    [9_999, "9,999", "9,999"],
    [77_599, "7.7\u202F万", "77.5k"],
    [775_300, "77.5\u202F万", "775.3k"],
    [123_456_789, "1.2\u202F亿", "123.4M"],
  ])("%d", (value, zh, en) => {
    expect(many(value, "zh-Hans")).toBe(zh);
    expect(many(value, "en")).toBe(en);
  });
});
