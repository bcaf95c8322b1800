/** Pure: how far an application has come, in the three words that matter to its seeker. */
import type { ApplicationOut, ApplicationState, StepOut } from "@/applications/types";
import { clockTime, day, isSameDay, type Locale } from "@/lib/format";

export type Mark = "delivered" | "opened" | "result";

export interface Milestone {
  mark: Mark;
  /** The state the word is taken from; for a result not there yet, null. */
  state: ApplicationState | null;
  at: string | null;
}

const ANSWERS: ReadonlySet<ApplicationState> = new Set(["shortlisted", "invited", "offered", "hired", "rejected"]);
const FINAL: ReadonlySet<ApplicationState> = new Set(["hired", "rejected", "withdrawn"]);

export function milestones(application: ApplicationOut): Milestone[] {
  const { submitted_at, opened_at, state } = application;
  const last = application.steps.at(-1);
  const hasResult = ANSWERS.has(state) || state === "withdrawn";
  return [
    { mark: "delivered", state: "submitted", at: submitted_at },
    { mark: "opened", state: "opened", at: opened_at },
    { mark: "result", state: hasResult ? state : null, at: hasResult ? (last?.at ?? null) : null },
  ];
}

/** The employer still owes an answer. */
export function isUnanswered(application: ApplicationOut): boolean {
  return application.state === "submitted" || application.state === "opened";
}

export function canWithdraw(application: ApplicationOut): boolean {
  return !FINAL.has(application.state);
}

/** Why, in the employer's words: the latest step that gives a reason. */
export function reasonText(steps: readonly Pick<StepOut, "reason">[]): string {
  const reason = steps.filter((step) => step.reason !== null).at(-1)?.reason;
  if (reason == null) return "";
  return [reason.code === "other" ? "" : reason.label, reason.text].filter((part) => part !== "").join("：");
}

/** 10:42 today, else 11月23日 周一 10:42. */
export function whenShort(instant: string, now: number, locale: Locale): string {
  return isSameDay(instant, now) ? clockTime(instant) : `${day(instant, locale)} ${clockTime(instant)}`;
}

/** Newest movement first. */
export function byLatest(one: ApplicationOut, other: ApplicationOut): number {
  return Date.parse(other.steps.at(-1)?.at ?? other.submitted_at) - Date.parse(one.steps.at(-1)?.at ?? one.submitted_at) || other.id - one.id;
}
