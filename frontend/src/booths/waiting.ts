/** How long until one's turn, from the booth's table of people ahead → seconds (15th to 85th percentile). */

/** People ahead, the early side and the late side, in seconds; ascending by people. */
export type EstimateRow = readonly [ahead: number, low_s: number, high_s: number];

export interface Wait {
  /** Whole minutes; `low` never above `high`. */
  low: number;
  high: number;
}

export type WaitWords = "soon" | "oneMinute" | "range" | "mixed" | "hours";

/** Seconds for so many ahead, between two rows in proportion; null where the table says nothing. */
export function secondsFor(table: readonly EstimateRow[], ahead: number): [number, number] | null {
  const after = table.findIndex(([people]) => people >= ahead);
  if (after === -1) return beyond(table, ahead);
  const upper = table[after];
  const lower = table[after - 1];
  if (upper === undefined) return null;
  if (upper[0] === ahead || lower === undefined) return [upper[1], upper[2]];
  const share = (ahead - lower[0]) / (upper[0] - lower[0]);
  return [lower[1] + (upper[1] - lower[1]) * share, lower[2] + (upper[2] - lower[2]) * share];
}

/** Behind the last row each further person adds what the last ones added. */
function beyond(table: readonly EstimateRow[], ahead: number): [number, number] | null {
  const last = table.at(-1);
  if (last === undefined || last[0] === 0) return null;
  const times = ahead / last[0];
  return [last[1] * times, last[2] * times];
}

/** The late side is rounded up and the early side down: nobody shall wait longer than told because of rounding. */
export function minutesOf([lowS, highS]: readonly [number, number]): Wait {
  const step = highS < 20 * 60 ? 1 : highS < 60 * 60 ? 5 : 10;
  const low = Math.floor(lowS / 60 / step) * step;
  const high = Math.max(1, Math.ceil(highS / 60 / step) * step);
  return { low: Math.min(low, high), high };
}

/** Key below `wait.` and its values: "约8–14分钟", "2分钟内", "约50分钟–2.5小时". */
export function waitWords(wait: Wait): { key: WaitWords; low: number; high: number } {
  if (wait.high <= 2) return { key: "soon", ...wait };
  const hours = Math.ceil(wait.high / 30) / 2;
  if (wait.high >= 90 && wait.low < 60) return { key: "mixed", low: Math.max(1, wait.low), high: hours };
  if (wait.high >= 90) return { key: "hours", low: Math.floor(wait.low / 30) / 2, high: hours };
  return { key: wait.low === wait.high ? "oneMinute" : "range", low: Math.max(1, wait.low), high: wait.high };
}
