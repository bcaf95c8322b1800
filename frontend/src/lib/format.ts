/** How numbers, times and pay are written. The fair's wall clock is China's (UTC+8, no summer time), on every device. */

export type Locale = "zh-Hans" | "en";

/** Narrow and not breaking, so that a number keeps its measure word on its line. */
const HAIR = "\u202F";
const CJK = "\\u2E80-\\u2FDF\\u3040-\\u30FF\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAFF";
const LATIN = "A-Za-z0-9¥%";
const CJK_LATIN = new RegExp(`([${CJK}])([${LATIN}])`, "g");
const LATIN_CJK = new RegExp(`([${LATIN}])([${CJK}])`, "g");

/** A hair of space between Chinese and Latin letters or digits. */
export function spaced(text: string): string {
  return text.replace(CJK_LATIN, `$1${HAIR}$2`).replace(LATIN_CJK, `$1${HAIR}$2`);
}

export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

export interface Pay {
  pay_min: number | null;
  pay_max: number | null;
  pay_unit: string;
}

const UNITS: Record<Locale, Record<string, string>> = {
  "zh-Hans": { month: "月", day: "天", hour: "小时", year: "年" },
  en: { month: "month", day: "day", hour: "hour", year: "year" },
};

/** ¥5,000–8,000/月. Empty when no figure is stated: the caller shows the employer's own words. */
export function pay(value: Pay, locale: Locale = "zh-Hans"): string {
  const { pay_min: low, pay_max: high } = value;
  if (low === null && high === null) return "";
  const unit = UNITS[locale][value.pay_unit];
  const per = unit === undefined ? "" : `/${unit}`;
  if (low !== null && high !== null && low !== high) return `¥${count(low)}–${count(high)}${per}`;
  if (low !== null && high === low) return `¥${count(low)}${per}`;
  if (low !== null) return locale === "en" ? `¥${count(low)}+${per}` : `¥${count(low)}${per}${HAIR}起`;
  return locale === "en" ? `up to ¥${count(high ?? 0)}${per}` : `¥${count(high ?? 0)}${per}${HAIR}以内`;
}

/** 10, 5–10, or empty when not stated. */
export function range(low: number | null, high: number | null): string {
  if (low === null) return high === null ? "" : count(high);
  return high === null || high === low ? count(low) : `${count(low)}–${count(high)}`;
}

const WEEKDAYS: Record<Locale, string[]> = {
  "zh-Hans": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UTC8_MS = 8 * 3600 * 1000;

function wall(instant: string | number): Date {
  return new Date((typeof instant === "number" ? instant : Date.parse(instant)) + UTC8_MS);
}

/** 09:00 */
export function clockTime(instant: string | number): string {
  const at = wall(instant);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 10:42:07, for what must be matched with what others saw. */
export function exactTime(instant: string | number): string {
  return `${clockTime(instant)}:${two(wall(instant).getUTCSeconds())}`;
}

/** 4月13日 周六 */
export function day(instant: string | number, locale: Locale = "zh-Hans"): string {
  const at = wall(instant);
  const weekday = WEEKDAYS[locale][at.getUTCDay()] ?? "";
  if (locale === "en") return `${weekday} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ""}`;
  return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${weekday}`;
}

/** 4月13日 周六 09:00 */
export function dayAndTime(instant: string | number, locale: Locale = "zh-Hans"): string {
  return `${day(instant, locale)} ${clockTime(instant)}`;
}

/** 4月13日 周六 09:00–15:00, or both days when it spans several. */
export function span(from: string, to: string, locale: Locale = "zh-Hans"): string {
  if (isSameDay(from, to)) return `${dayAndTime(from, locale)}–${clockTime(to)}`;
  return `${dayAndTime(from, locale)} – ${dayAndTime(to, locale)}`;
}

export function isSameDay(one: string | number, other: string | number): boolean {
  return wall(one).toISOString().slice(0, 10) === wall(other).toISOString().slice(0, 10);
}

/** 2:36, 12:05, 1:02:03. Never negative. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return stopwatchOf(seconds);
}

/** Time that has gone by: 04:12. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const text = stopwatchOf(seconds);
  return seconds < 600 ? `0${text}` : text;
}

function stopwatchOf(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Whole minutes since `instant`, at least 0. */
export function minutesSince(instant: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
