/** A day's minutes as the chart and its table need them. */
import type { MinuteOut } from "@/http/schema.gen";

const HOUR = 3_600_000;

export interface Curve {
  path: string;
  capacityY: number | null;
  peak: { x: number; y: number; occupancy: number; at: string };
  from: number;
  to: number;
  top: number;
}

/** A stepped line in a box of `width` × `height`: the hall changes when somebody passes, not in between. */
export function curveOf(minutes: readonly MinuteOut[], capacity: number | null, width: number, height: number, until: number): Curve | null {
  const [first] = minutes;
  if (first === undefined) return null;
  const from = Math.floor(Date.parse(first.at) / HOUR) * HOUR;
  const to = Math.max(from + HOUR, Math.min(Math.ceil(until / HOUR) * HOUR, from + 24 * HOUR));
  const most = Math.max(...minutes.map((minute) => minute.occupancy), 1);
  const top = Math.ceil(Math.max(most * 1.1, capacity !== null && most > capacity / 3 ? capacity * 1.05 : 0));
  const x = (at: number): number => Math.round(((Math.min(at, to) - from) / (to - from)) * width * 10) / 10;
  const y = (people: number): number => Math.round((1 - people / top) * height * 10) / 10;
  let path = `M${x(from)} ${y(0)}`;
  let peak = first;
  for (const minute of minutes) {
    path += `H${x(Date.parse(minute.at))}V${y(minute.occupancy)}`;
    if (minute.occupancy > peak.occupancy) peak = minute;
  }
  path += `H${x(until)}`;
  return {
    path, from, to, top,
    capacityY: capacity !== null && capacity <= top ? y(capacity) : null,
    peak: { x: x(Date.parse(peak.at)), y: y(peak.occupancy), occupancy: peak.occupancy, at: peak.at },
  };
}

export interface Hour {
  at: number;
  cameIn: number;
  wentOut: number;
  atEnd: number;
}

export function hoursOf(minutes: readonly MinuteOut[]): Hour[] {
  const hours = new Map<number, Hour>();
  for (const minute of minutes) {
    const at = Math.floor(Date.parse(minute.at) / HOUR) * HOUR;
    const row = hours.get(at) ?? { at, cameIn: 0, wentOut: 0, atEnd: 0 };
    hours.set(at, { at, cameIn: row.cameIn + minute.came_in, wentOut: row.wentOut + minute.went_out, atEnd: minute.occupancy });
  }
  return [...hours.values()].sort((one, other) => one.at - other.at);
}
