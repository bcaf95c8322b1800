import { afterEach, expect, it } from "vitest";

import { forgetClock, serverNow, syncClock } from "@/lib/clock";
import { newCommandId } from "@/lib/ids";

const T = Date.parse("2024-04-13T01:00:00Z");
const iso = (ms: number): string => new Date(ms).toISOString();

afterEach(forgetClock);

it("is the device's time until the server spoke", () => {
  expect(serverNow(T)).toBe(T);
});

it("corrects a phone that is four minutes slow", () => {
  syncClock(iso(T + 240_000), T);
  expect(serverNow(T + 1_000)).toBe(T + 241_000);
});

it("believes the quickest of the last answers: delay only makes the server look slow", () => {
  syncClock(iso(T), T + 900);
  syncClock(iso(T + 15_000), T + 15_040);
  syncClock(iso(T + 30_000), T + 32_000);
  expect(serverNow(T + 40_000)).toBe(T + 40_000 - 40);
});

it("starts over when the device's clock was set", () => {
  syncClock(iso(T + 240_000), T);
  syncClock(iso(T + 255_000), T + 255_000);
  expect(serverNow(T + 256_000)).toBe(T + 256_000);
});

it("ignores nonsense", () => {
  syncClock("soon", T);
  expect(serverNow(T)).toBe(T);
});

it("makes different command ids", () => {
  expect(new Set(Array.from({ length: 1000 }, newCommandId)).size).toBe(1000);
});
