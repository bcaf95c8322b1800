import { describe, expect, it } from "vitest";

import { nextNumber, slotsADay } from "@/advice/organising";
import type { ServiceDeskOut } from "@/http/schema.gen";

const desk = (number: number): ServiceDeskOut => ({ id: number, number, service: "policy", name: "", desks: 1, state: "closed", counsellors: [], rule: null, booked: 0 });

describe("service desks", () => {
  it("are numbered from 301, after the highest in use", () => {
    expect(nextNumber([])).toBe(301);
    expect(nextNumber([desk(302), desk(301)])).toBe(303);
    expect(nextNumber([desk(12)])).toBe(301);
  });

  it.each([
    ["09:00", "17:00", 20, 24],
    ["09:00:00", "09:50:00", 20, 2],
    ["17:00", "09:00", 20, 0],
    ["09:00", "09:00", 20, 0],
  ])("from %s to %s, %i minutes each, have %i times a day", (opens, closes, slot_minutes, slots) => {
    expect(slotsADay({ opens, closes, slot_minutes })).toBe(slots);
  });
});
