import { describe, expect, it } from "vitest";

import { isActive, lineLength, peopleAhead, placesAhead, placesInLine, timeLeft, timeLeftShare } from "@/booths/line";

import { line, lineTicket, ticket } from "./rows";

describe("peopleAhead", () => {
  it("counts those who will be called before me", () => {
    const now = line(
      lineTicket(1, { state: "serving", desk_number: 1 }),
      lineTicket(2, { state: "called", desk_number: 2 }),
      lineTicket(3),
      lineTicket(4, { state: "paused" }),
      lineTicket(5),
      lineTicket(6),
    );
    expect(peopleAhead(now, 6)).toBe(2);
    expect(peopleAhead(now, 5)).toBe(1);
    expect(peopleAhead(now, 3)).toBe(0);
  });

  it("is unknown for who is not waiting here", () => {
    const now = line(lineTicket(1, { state: "called" }), lineTicket(2));
    expect(peopleAhead(now, 1)).toBeNull();
    expect(peopleAhead(now, 99)).toBeNull();
    expect(peopleAhead(line(), 1)).toBeNull();
  });

  it("goes by place, not by number, with equal places in the order of the tickets", () => {
    const now = line(lineTicket(2), lineTicket(3), lineTicket(1, { place: 3000 }), lineTicket(4));
    expect(peopleAhead(now, 4)).toBe(3);
    expect(peopleAhead(now, 1)).toBe(1);
    expect(peopleAhead(now, 3)).toBe(2);
  });
});

describe("placesAhead", () => {
  it("counts who has stepped aside too: they may be back before", () => {
    const now = line(
      lineTicket(1, { state: "called", desk_number: 2 }),
      lineTicket(3),
      lineTicket(4, { state: "paused" }),
      lineTicket(5),
      lineTicket(6),
    );
    expect(placesAhead(now, 6)).toBe(3);
    expect(placesAhead(now, 4)).toBe(1);
    expect(placesAhead(now, 3)).toBe(0);
    expect(placesAhead(now, 1)).toBeNull();
    expect(placesInLine(now.waiting)).toBe(4);
  });
});

describe("lineLength", () => {
  it("counts who waits, not who was called", () => {
    expect(lineLength([])).toBe(0);
    expect(lineLength([lineTicket(1, { state: "serving" }), lineTicket(2), lineTicket(3)])).toBe(2);
    expect(lineLength(Array.from({ length: 999 }, (_, id) => lineTicket(id)))).toBe(999);
  });
});

describe("timeLeftShare", () => {
  const called = "2024-04-13T02:00:00Z";
  const due = "2024-04-13T02:03:00Z";
  const at = (text: string): number => Date.parse(text);

  it("goes from all to nothing, and stays there", () => {
    expect(timeLeftShare(called, due, at(called))).toBe(1);
    expect(timeLeftShare(called, due, at("2024-04-13T02:01:30Z"))).toBe(0.5);
    expect(timeLeftShare(called, due, at(due))).toBe(0);
    expect(timeLeftShare(called, due, at("2024-04-13T03:00:00Z"))).toBe(0);
    expect(timeLeftShare(called, due, at("2024-04-13T01:00:00Z"))).toBe(1);
    expect(timeLeftShare(called, called, at(called))).toBe(0);
  });
});

describe("timeLeft", () => {
  const call = { called_at: "2024-04-13T02:00:00Z", due_at: "2024-04-13T02:03:00Z" };

  it("promises no more than the whole, and ends at nothing", () => {
    expect(timeLeft(call, Date.parse("2024-04-13T01:59:00Z"))).toBe(180_000);
    expect(timeLeft(call, Date.parse("2024-04-13T02:02:00Z"))).toBe(60_000);
    expect(timeLeft(call, Date.parse("2024-04-13T02:04:00Z"))).toBe(0);
    expect(timeLeft({ called_at: null, due_at: null }, 0)).toBe(0);
    expect(timeLeft(null, 0)).toBe(0);
  });
});

describe("isActive", () => {
  it("knows every state", () => {
    const active = (["waiting", "paused", "called", "arrived", "serving", "done", "missed", "left", "transferred", "expired"] as const).filter((state) =>
      isActive(ticket(1, { state })),
    );
    expect(active).toEqual(["waiting", "paused", "called", "arrived", "serving"]);
  });
});
