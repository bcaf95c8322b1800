/** What the hall's display shows, rings and says: pure, so that it can be told what happened while it was away. */

/** Of the gauge `fair:<id>:calls`. `times`: how often it was announced; `state` is the ticket's. */
export interface ShownCall {
  call_id: number;
  label: string;
  booth_id: number;
  booth_number: number;
  zone: string;
  desk_number: number;
  called_at: string;
  times: number;
  state: string;
}

/** One announcement; calling the same ticket again is another one. */
export const keyOf = (call: ShownCall): string => `${call.call_id}.${call.times}`;

const SPOKEN_FOR_MS = 60_000;
const SHOWN_FOR_MS = 15 * 60_000;
const REMEMBERED = 60;

/** Newest first, of one zone or of the whole hall, as many as fit. One ticket stands there once. */
export function shownCalls(calls: readonly ShownCall[], zone: string, now: number, most: number): ShownCall[] {
  const newest = calls
    .filter((call) => zone === "" || call.zone === zone)
    .filter((call) => now - Date.parse(call.called_at) < SHOWN_FOR_MS)
    .sort((one, other) => Date.parse(other.called_at) - Date.parse(one.called_at) || other.label.localeCompare(one.label));
  const seen = new Set<string>();
  return newest.filter((call) => !seen.has(call.label) && seen.add(call.label)).slice(0, most);
}

/**
 * What is to be announced now, oldest first: not what was announced, and not what is so old that the person has long
 * been told (a display that comes back from an hour without network stays silent about that hour).
 */
export function toAnnounce(calls: readonly ShownCall[], announced: ReadonlySet<string>, now: number): ShownCall[] {
  return calls
    .filter((call) => !announced.has(keyOf(call)) && now - Date.parse(call.called_at) < SPOKEN_FOR_MS)
    .sort((one, other) => Date.parse(one.called_at) - Date.parse(other.called_at));
}

/** What was announced, the newest only: the page runs for days. */
export function remember(announced: ReadonlySet<string>, calls: readonly ShownCall[]): Set<string> {
  return new Set([...announced, ...calls.map(keyOf)].slice(-REMEMBERED));
}

const DIGITS = "零一二三四五六七八九";

/** Digit by digit, as numbers are called in a hall: 017 → 零一七. */
export function digitByDigit(digits: string): string {
  return [...digits].map((digit) => DIGITS[Number(digit)] ?? digit).join("");
}

/** "请四二，零一七号，到四二号展位，二号桌": a voice reads 42-017 as a subtraction. */
export function spokenCall(call: ShownCall): string {
  const [booth = "", number = ""] = call.label.split("-");
  const at = digitByDigit(String(call.booth_number));
  return `请${digitByDigit(booth)}，${digitByDigit(number)}号，到${at}号展位，${digitByDigit(String(call.desk_number))}号桌`;
}
