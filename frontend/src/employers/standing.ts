/** Where an employer's file stands, and what is next. */
import type { EmployerFileOut } from "@/http/schema.gen";
import type { ChipTone } from "@/ui/AppChip.vue";

export type EmployerState = EmployerFileOut["state"];
export type Next = "complete" | "submit" | "wait" | "nothing" | "repair" | "renew" | "wait_renewal";

const TONES: Record<EmployerState, ChipTone> = {
  registered: "waiting",
  in_review: "paused",
  verified: "serving",
  due: "called",
  refused: "called",
};

export const toneOf = (state: EmployerState): ChipTone => TONES[state];

export function nextStep(file: Pick<EmployerFileOut, "state" | "submitted_at" | "missing">): Next {
  if (file.state === "verified") return file.submitted_at === null ? "nothing" : "wait_renewal";
  if (file.submitted_at !== null) return "wait";
  if (file.state === "refused") return "repair";
  if (file.state === "due") return "renew";
  return Object.keys(file.missing).length > 0 ? "complete" : "submit";
}

/** Whole days waited, for an organiser's eye; hours below one day. */
export function waited(since: string, now: number): { days: number; hours: number } {
  const hours = Math.max(0, Math.floor((now - Date.parse(since)) / 3_600_000));
  return { days: Math.floor(hours / 24), hours };
}
