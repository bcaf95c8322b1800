import { describe, expect, it } from "vitest";

import { asksReady, moodOf, waitFor } from "@/booths/ticket";

import { line, ticket } from "./rows";

describe("moodOf", () => {
  it.each([
    [{ state: "waiting" as const }, 9, "waiting"],
    [{ state: "waiting" as const }, 3, "near"],
    [{ state: "waiting" as const, held: true }, 0, "waiting"],
    [{ state: "waiting" as const }, null, "waiting"],
    [{ state: "paused" as const }, 0, "paused"],
    [{ state: "called" as const }, null, "called"],
    [{ state: "arrived" as const }, null, "serving"],
    [{ state: "serving" as const }, null, "serving"],
    [{ state: "missed" as const }, null, "over"],
    [{ state: "expired" as const }, null, "over"],
  ])("%o with %o ahead → %s", (changes, ahead, mood) => {
    expect(moodOf(ticket(1, changes), ahead, line())).toBe(mood);
  });

  it("hurries nobody while the booth calls nobody", () => {
    expect(moodOf(ticket(1), 0, { ...line(), state: "paused" })).toBe("waiting");
  });
});

describe("asksReady", () => {
  const asked = { ready_asked_at: "2024-04-13T02:00:00Z" };

  it("asks once, only who waits and is free to come", () => {
    expect(asksReady(ticket(1, asked))).toBe(true);
    expect(asksReady(ticket(1))).toBe(false);
    expect(asksReady(ticket(1, { ...asked, ready_at: "2024-04-13T02:00:10Z" }))).toBe(false);
    expect(asksReady(ticket(1, { ...asked, held: true }))).toBe(false);
    expect(asksReady(ticket(1, { ...asked, state: "called" }))).toBe(false);
  });
});

describe("waitFor", () => {
  const table = [
    [0, 60, 200],
    [4, 480, 840],
  ] as const;

  it("says a range, and that the booth may close before", () => {
    expect(waitFor(table, null, 4)).toEqual({ key: "range", low: 8, high: 14, late: false });
    expect(waitFor(table, 4, 4)?.late).toBe(true);
    expect(waitFor(table, 4, 3)?.late).toBe(false);
  });

  it("says nothing where nothing is known", () => {
    expect(waitFor([], null, 4)).toBeNull();
    expect(waitFor(table, null, null)).toBeNull();
  });
});
