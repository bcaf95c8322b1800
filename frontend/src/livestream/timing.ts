/** How a broadcast keeps to its plan. Pure; all in milliseconds by the server's clock. */
import type { CueOut, LiveSessionOut } from "@/realtime/protocol.gen";

const MINUTE = 60_000;

export interface Timing {
  /** Since the cue went on air. */
  elapsed: number;
  /** Until its planned minutes are over; negative when they are. */
  left: number;
}

export function timingOf(startedAt: string, minutes: number, now: number): Timing {
  const elapsed = Math.max(0, now - Date.parse(startedAt));
  return { elapsed, left: minutes * MINUTE - elapsed };
}

/** When the rundown will be through if all that is to come keeps its minutes. */
export function expectedEnd(cues: readonly CueOut[], now: number): number {
  return cues.reduce((end, cue) => {
    if (cue.state === "planned") return end + cue.minutes * MINUTE;
    const open = cue.state === "on_air" ? cue.aired.at(-1) : undefined;
    return open === undefined ? end : end + Math.max(0, timingOf(open.started_at, cue.minutes, now).left);
  }, now);
}

/** How much later than planned it will end; negative is time to spare. */
export function overrun(session: LiveSessionOut, cues: readonly CueOut[], now: number): number {
  return expectedEnd(cues, now) - Date.parse(session.ends_at);
}

/** 4:05, 1:02:09 */
export function stopwatch(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export const inMinutes = (ms: number): number => Math.max(1, Math.round(Math.abs(ms) / MINUTE));
