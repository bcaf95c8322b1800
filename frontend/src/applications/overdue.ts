/** The organisers' overdue answers: whose, how old, and what to do. */
import type { OverdueEmployerOut, OverdueEmployersOut, OverduePageOut, RemindedOut } from "@/http/schema.gen";
import { commandNow, get } from "@/http/client";

const DAY_MS = 86_400_000;
const from = (cursor: string): string => (cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`);

export const fetchOverdueEmployers = (fair: string, cursor = ""): Promise<OverdueEmployersOut> => get(`/fairs/${fair}/overdue${from(cursor)}`);
export const fetchOverdue = (inbox: number, cursor = ""): Promise<OverduePageOut> => get(`/participations/${inbox}/overdue${from(cursor)}`);
export const remind = (inbox: number): Promise<RemindedOut> => commandNow(`/participations/${inbox}/remind`);

/** Whole days since the answer was due; 0 on the first, and for what has no employer to wait for. */
export function daysOver(row: Pick<OverdueEmployerOut, "oldest_due_at">, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(row.oldest_due_at)) / DAY_MS));
}

/** Why the employer cannot be reminded now: nobody is there, or it was told a moment ago. */
export function heldBack(row: Pick<OverdueEmployerOut, "recruiters" | "may_remind_at">, now: number): "" | "nobody" | "again" {
  if (row.recruiters === 0) return "nobody";
  return row.may_remind_at !== null && Date.parse(row.may_remind_at) > now ? "again" : "";
}
