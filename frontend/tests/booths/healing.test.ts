import { describe, expect, it } from "vitest";

import { shouldReload } from "@/booths/useSelfHealing";

const FINE = { silentMs: 0, ageMs: 0, isOutdated: false, isQuiet: true };
const DAY_MS = 24 * 3_600_000;

describe("a display that runs for days", () => {
  it.each([
    [{}, false],
    [{ silentMs: 170_000 }, false],
    [{ silentMs: 190_000 }, true],
    [{ isOutdated: true, isQuiet: false }, true],
    [{ ageMs: DAY_MS + 1, isQuiet: false }, false],
    [{ ageMs: DAY_MS + 1 }, true],
  ])("%o → reload: %o", (changes, reload) => {
    expect(shouldReload({ ...FINE, ...changes })).toBe(reload);
  });
});
