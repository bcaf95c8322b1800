import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { GAP_MS, onWakeUp } from "@/lib/wake";

let woken: number;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  woken = 0;
  stop = onWakeUp(() => {
    woken += 1;
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("waking up", () => {
  it("is being online again, shown again, or brought back from the cache", () => {
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("pageshow"));
    document.dispatchEvent(new Event("visibilitychange"));
    expect(woken).toBe(3);
  });

  it("is also a clock that jumped, and nothing else", () => {
    vi.advanceTimersByTime(60_000);
    expect(woken).toBe(0);
    vi.setSystemTime(Date.now() + GAP_MS + 1);
    vi.advanceTimersByTime(5_000);
    expect(woken).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(woken).toBe(1);
  });
});
