/** How long there still is to answer, in words. */
import { minutesSince } from "@/lib/format";

type Translate = (key: string, named?: Record<string, unknown>) => string;

export function dueText(due: string | null, now: number, t: Translate): string {
  if (due === null) return "";
  const left = Date.parse(due) - now;
  if (left <= 0) return t("chat.overdue", { n: Math.max(1, minutesSince(due, now)) });
  return left < 60_000 ? t("chat.dueNow") : t("chat.dueIn", { n: Math.floor(left / 60_000) });
}
