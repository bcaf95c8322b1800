import { describe, expect, it } from "vitest";

import type { BookingOut } from "@/http/schema.gen";
import { byDay, dateOf, faceOf, instantOf } from "@/interviews/slots";

const at = (text: string): number => Date.parse(text);
const booking: BookingOut = {
  id: 1, state: "booked", cancelled_by: "", booth_id: 2, booth_number: 7, employer_name: "示例企业", seeker_id: 3, seeker_name: "王小明",
  slot: { id: 9, starts_at: "2026-04-12T06:00:00Z", ends_at: "2026-04-12T06:30:00Z", minutes: 30, mode: "video", address: "" },
  opens_at: "2026-04-12T05:50:00Z", closes_at: "2026-04-12T07:00:00Z",
};

describe("slots", () => {
  it("are told by the day in China, wherever the device is", () => {
    const days = byDay(["2026-04-11T15:30:00Z", "2026-04-11T16:30:00Z", "2026-04-12T02:00:00Z"].map((starts_at) => ({ starts_at })));
    expect(days.map((one) => one.slots.length)).toEqual([1, 2]);
    expect(dateOf(at("2026-04-11T16:30:00Z"))).toBe("2026-04-12");
  });

  it("take date and time as China's", () => {
    expect(instantOf("2026-04-12", "09:00")).toBe("2026-04-12T01:00:00.000Z");
    expect(instantOf("", "09:00")).toBeNull();
    expect(instantOf("2026-04-12", "9:00")).toBeNull();
    expect(instantOf("2026-13-40", "09:00")).toBeNull();
  });

  it.each([
    ["2026-04-12T05:49:59Z", "booked"],
    ["2026-04-12T05:50:00Z", "open"],
    ["2026-04-12T06:59:00Z", "open"],
    ["2026-04-12T07:00:00Z", "past"],
  ])("at %s a booked video is %s", (now, face) => {
    expect(faceOf(booking, at(now))).toBe(face);
  });

  it("of a talk on site there is nothing to go into", () => {
    const onsite = { ...booking, slot: { ...booking.slot, mode: "onsite" as const, address: "示例路 1 号" } };
    expect(faceOf(onsite, at("2026-04-12T06:10:00Z"))).toBe("booked");
    expect(faceOf(onsite, at("2026-04-12T06:30:00Z"))).toBe("past");
    expect(faceOf({ ...booking, state: "cancelled", cancelled_by: "seeker" }, 0)).toBe("cancelled");
  });
});
