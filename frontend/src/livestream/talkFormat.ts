/** Large figures as people say them. */
import { count } from "@/lib/format";

/** 9,999 → "9,999"; 77,530 → "7.8 万", "77.5k" in English. Rounded down: never more than there are. */
export function many(value: number, locale: string): string {
  if (value < 10_000) return count(value);
  if (locale === "en") return value < 1_000_000 ? `${tenth(value / 1_000)}k` : `${tenth(value / 1_000_000)}M`;
  return value < 100_000_000 ? `${tenth(value / 10_000)}\u202F万` : `${tenth(value / 100_000_000)}\u202F亿`;
}

function tenth(value: number): string {
  return String(Math.floor(value * 10) / 10);
}
