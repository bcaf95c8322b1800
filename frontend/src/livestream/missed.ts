/** What was presented while somebody was away: a call came in, the phone went dark, the tunnel was long. Pure. */
import type { CueOut, CuePositionOut } from "@/realtime/protocol.gen";

export interface Span {
  from: number; // ms by the server's clock
  to: number;
}
export interface Watched {
  session: number | null;
  seenUntil: number;
  away: Span[];
}
export interface MissedCue {
  cue: CueOut;
  positions: CuePositionOut[];
}

const SHORTEST_MS = 20_000; // a glance at a message misses nothing
const KEPT = 50;

export const unseen = (session: number | null, now: number): Watched => ({ session, seenUntil: now, away: [] });

/** Somebody looks at the room now; what lies between this and the last look was missed. */
export function looked(before: Watched | null, session: number | null, now: number): Watched {
  if (before === null || before.session !== session) return unseen(session, now);
  if (now - before.seenUntil < SHORTEST_MS) return { ...before, seenUntil: Math.max(now, before.seenUntil) };
  return { session, seenUntil: now, away: [...before.away, { from: before.seenUntil, to: now }].slice(-KEPT) };
}

/** Cues that were on air only, or mostly, while one was away, in the order of the rundown; not what is on air now. */
export function missedCues(cues: readonly CueOut[], away: readonly Span[]): MissedCue[] {
  return cues
    .filter((cue) => cue.state !== "on_air" && cue.aired.some((one) => isMissed(one, away)))
    .map((cue) => ({ cue, positions: cue.positions.filter((one) => one.reference !== null) }))
    .filter((one) => one.positions.length > 0);
}

function isMissed(airing: CueOut["aired"][number], away: readonly Span[]): boolean {
  const from = Date.parse(airing.started_at);
  const to = airing.ended_at === null ? from : Date.parse(airing.ended_at);
  const gone = away.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);
  return gone > (to - from) / 2;
}

export const countPositions = (missed: readonly MissedCue[]): number => missed.reduce((sum, one) => sum + one.positions.length, 0);
