/** What was said in an earlier broadcast, held in stretches around the instant that plays. Pure; instants in ms. */
import type { LiveLineOut } from "@/realtime/protocol.gen";

export const BEFORE_MS = 60_000; // of what had been said when one begins to watch
const STRETCH_MS = 300_000; // of one read, as the server gives it
const FULL = 1_000; // lines of one read at most
const AHEAD_MS = 30_000;
const SHOWN = 100;
const STEP_MS = 3_000; // further than that in one look is a leap, and what lies between does not fly

export interface Held {
  from: number;
  until: number;
  lines: readonly LiveLineOut[];
}

const instantOf = (line: LiveLineOut): number => Date.parse(line.at);

/** From when to read next: null while enough is held. */
export function wanted(held: Held | null, instant: number): number | null {
  if (held === null || instant < held.from || instant > held.until) return instant - BEFORE_MS;
  return instant > held.until - AHEAD_MS ? held.until : null;
}

/** What one read from `since` brought, joined to what was held where it goes on from there. */
export function joined(held: Held | null, since: number, came: readonly LiveLineOut[]): Held {
  const last = came.at(-1);
  const until = came.length >= FULL && last !== undefined ? Math.max(instantOf(last), since + 1) : since + STRETCH_MS;
  if (held === null || since !== held.until) return { from: since, until, lines: came };
  const known = new Set(held.lines.map((line) => line.id));
  const kept = held.lines.slice(-FULL);
  const from = kept.length < held.lines.length && kept[0] !== undefined ? instantOf(kept[0]) : held.from;
  return { from, until, lines: [...kept, ...came.filter((line) => !known.has(line.id))] };
}

export const saidBy = (held: Held | null, instant: number): LiveLineOut[] => (held?.lines ?? []).filter((line) => instantOf(line) <= instant).slice(-SHOWN);

/** Said between two looks at a picture that plays. */
export function saidBetween(held: Held | null, before: number | null, instant: number): LiveLineOut[] {
  if (before === null || instant <= before || instant - before > STEP_MS) return [];
  return (held?.lines ?? []).filter((line) => instantOf(line) > before && instantOf(line) <= instant);
}
