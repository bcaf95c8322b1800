/** Pure: a broadcast's minutes as a chart. Sizes are in the drawing's own units. */
import type { AudienceOut } from "@/http/schema.gen";

export type Minute = AudienceOut["minutes"][number];

export interface Stretch {
  cue: number;
  from: number;
  to: number;
}

export interface Chart {
  width: number;
  height: number;
  line: string;
  area: string;
  /** Values that have a line of their own, the lowest first. */
  rows: { value: number; y: number }[];
  times: { at: number; x: number }[];
  peak: { x: number; y: number; value: number; at: number } | null;
  /** Where one cue was on air, from x to x. */
  stretches: Stretch[];
}

const MINUTE_MS = 60_000;
const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120] as const;
const TIMES_MOST = 7;

/** The next round number at or above `most`, whose half is whole; at least 4. */
export function roundTop(most: number): number {
  const least = Math.max(4, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const steps = power === 1 ? [4, 6, 8, 10] : [1, 2, 3, 4, 5, 6, 8, 10];
  return (steps.find((one) => one * power >= least) ?? 10) * power;
}

export function chartOf(minutes: readonly Minute[], width = 960, height = 240): Chart {
  const known = minutes.map((one) => ({ at: Date.parse(one.at), value: one.playing, cue: one.cue_id }));
  const [first, last] = [known[0], known.at(-1)];
  const top = roundTop(Math.max(0, ...known.map((one) => one.value)));
  const empty: Chart = { width, height, line: "", area: "", rows: rowsOf(top, height), times: [], peak: null, stretches: [] };
  if (first === undefined || last === undefined) return empty;
  const span = Math.max(MINUTE_MS, last.at - first.at);
  const x = (at: number): number => round(((at - first.at) / span) * width);
  const y = (value: number): number => round(height - (value / top) * height);
  const points = known.map((one) => `${x(one.at)},${y(one.value)}`);
  const most = known.reduce((best, one) => (one.value > best.value ? one : best), first);
  return {
    ...empty,
    line: `M${points.join("L")}`,
    area: `M${x(first.at)},${height}L${points.join("L")}L${x(last.at)},${height}Z`,
    times: timesOf(first.at, last.at).map((at) => ({ at, x: x(at) })),
    peak: { x: x(most.at), y: y(most.value), value: most.value, at: most.at },
    stretches: stretchesOf(known, x, width),
  };
}

function rowsOf(top: number, height: number): Chart["rows"] {
  return [0, top / 2, top].map((value) => ({ value, y: round(height - (value / top) * height) }));
}

/** Full minutes, so few that their labels never meet. */
function timesOf(from: number, to: number): number[] {
  const minutes = (to - from) / MINUTE_MS;
  const step = (STEPS_MIN.find((one) => minutes / one <= TIMES_MOST - 1) ?? 240) * MINUTE_MS;
  const times: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) times.push(at);
  return times;
}

function stretchesOf(known: readonly { at: number; cue: number | null }[], x: (at: number) => number, width: number): Stretch[] {
  const stretches: Stretch[] = [];
  let last: Stretch | null = null;
  known.forEach((one, place) => {
    const next = known[place + 1];
    const to = next === undefined ? width : x(next.at);
    if (last?.cue === one.cue && one.cue !== null) last.to = to;
    else if (one.cue === null) last = null;
    else stretches.push((last = { cue: one.cue, from: x(one.at), to }));
  });
  return stretches;
}

const round = (value: number): number => Math.round(value * 10) / 10;
