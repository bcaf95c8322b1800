/** What pages say of slots, without asking anybody. */
import type { BookingOut, SlotOut } from "@/http/schema.gen";
import { isSameDay } from "@/lib/format";

export interface Day<S> {
  at: string;
  slots: S[];
}

/** In the order given, by the day in China. */
export function byDay<S extends { starts_at: string }>(slots: readonly S[]): Day<S>[] {
  const days: Day<S>[] = [];
  for (const slot of slots) {
    const last = days.at(-1);
    if (last !== undefined && isSameDay(last.at, slot.starts_at)) last.slots.push(slot);
    else days.push({ at: slot.starts_at, slots: [slot] });
  }
  return days;
}

export type BookingFace = "cancelled" | "past" | "open" | "booked";

/** `open`: its video may be entered now. */
export function faceOf(booking: BookingOut, now: number): BookingFace {
  if (booking.state === "cancelled") return "cancelled";
  const isVideo = booking.slot.mode === "video";
  if (now >= Date.parse(isVideo ? booking.closes_at : booking.slot.ends_at)) return "past";
  return isVideo && now >= Date.parse(booking.opens_at) ? "open" : "booked";
}

/** Of a date and a time as the form has them; the wall clock is China's on every device. */
export function instantOf(date: string, time: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const at = Date.parse(`${date}T${time}:00+08:00`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** `2026-04-12`, in China. */
export function dateOf(instant: number): string {
  return new Date(instant + 8 * 3_600_000).toISOString().slice(0, 10);
}

export const MINUTE_MS = 60_000;
export const endOf = (slot: Pick<SlotOut, "starts_at" | "minutes">): number => Date.parse(slot.starts_at) + slot.minutes * MINUTE_MS;
