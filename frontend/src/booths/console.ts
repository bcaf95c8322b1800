/** What a recruiter at one desk sees and may do, decided from the desk's snapshot. */
import type { DeskOut, DeskTicket, FinishIn } from "@/http/schema.gen";

export type CannotCall = "whyClosed" | "whyPaused" | "whyBusy" | "whyEmpty" | null;

export interface ConsoleView {
  current: DeskTicket | null;
  next: DeskTicket | null;
  waiting: DeskTicket[];
  talking: number;
  cannotCall: CannotCall;
  longestSince: string | null;
}

const AT_DESK: ReadonlySet<DeskTicket["state"]> = new Set<DeskTicket["state"]>(["called", "arrived", "serving"]);

export function isAtDesk(row: DeskTicket): boolean {
  return AT_DESK.has(row.state);
}

export function personAt(desk: DeskOut, deskNumber: number): DeskTicket | null {
  return desk.waiting.find((row) => isAtDesk(row) && row.desk_number === deskNumber) ?? null;
}

export function consoleView(desk: DeskOut, deskNumber: number): ConsoleView {
  const waiting = desk.waiting.filter((row) => row.state === "waiting");
  const current = personAt(desk, deskNumber);
  const next = waiting.find((row) => !row.held) ?? null;
  const longest = waiting.reduce<DeskTicket | null>(
    (best, row) => (best === null || Date.parse(row.taken_at) < Date.parse(best.taken_at) ? row : best),
    null,
  );
  return {
    current,
    next,
    waiting,
    talking: desk.waiting.filter((row) => row.state === "serving").length,
    cannotCall: whyNot(desk, current, waiting),
    longestSince: longest?.taken_at ?? null,
  };
}

function whyNot(desk: DeskOut, current: DeskTicket | null, waiting: DeskTicket[]): CannotCall {
  if (desk.state === "closed") return "whyClosed";
  if (desk.state === "paused") return "whyPaused";
  if (current !== null) return "whyBusy";
  // Held people are asked for too: the server knows who was freed a moment ago.
  return waiting.length === 0 ? "whyEmpty" : null;
}

/** Which desk this browser sits at: where one's own talk is, else the one chosen before, one's own, the first free one. */
export function initialDesk(desk: DeskOut, kept: string | null, me: number | null): number {
  const own = desk.duty.find((row) => row.recruiter_id === me)?.desk_number;
  if (own !== undefined && personAt(desk, own) !== null) return own;
  const wanted = Number(kept);
  if (desk.desks.some((row) => row.number === wanted)) return wanted;
  if (own !== undefined) return own;
  const free = desk.desks.find((row) => personAt(desk, row.number) === null);
  return free?.number ?? desk.desks[0]?.number ?? 1;
}

/** What one press at the end of a talk says; the keys 1–7 in this order. */
export const ENDINGS = ["second", "offer", "reserve", "reject", "talked", "left", "no_show"] as const;
/** A service advises: it neither hires nor rejects. */
export const endingsOf = (service: string): readonly Ending[] => (service === "" ? ENDINGS : ["talked", "left", "no_show"]);
export type Ending = (typeof ENDINGS)[number];

const MEANS: Record<Ending, Pick<FinishIn, "result" | "outcome">> = {
  second: { result: "talked", outcome: "second_interview" },
  offer: { result: "talked", outcome: "offer" },
  reserve: { result: "talked", outcome: "reserve" },
  reject: { result: "talked", outcome: "reject" },
  talked: { result: "talked", outcome: "" },
  left: { result: "left", outcome: "" },
  no_show: { result: "no_show", outcome: "" },
};

export interface Why {
  code: string;
  text: string;
}

/** Null while something is missing: an ending, or a rejection's reason. */
export function finishOf(ending: Ending | null, why: Why, note: string): FinishIn | null {
  if (ending === null) return null;
  const isRejected = ending === "reject";
  if (isRejected && (why.code === "" || (why.code === "other" && why.text.trim() === ""))) return null;
  return {
    ...MEANS[ending],
    reason_code: isRejected ? why.code : "",
    reason_text: isRejected ? why.text.trim() : "",
    note: note.trim(),
  };
}

/** Recruiters at each desk, as the duty list says. */
export function dutyAt(desk: DeskOut, deskNumber: number): DeskOut["duty"] {
  return desk.duty.filter((row) => row.desk_number === deskNumber);
}

export type MyDuty = "on" | "away" | "off";

export function dutyOf(desk: DeskOut, recruiterId: number | null): MyDuty {
  return desk.duty.find((row) => row.recruiter_id === recruiterId)?.state ?? "off";
}

/** Next or previous row of the line, for the keys J and K; ends stay where they are. */
export function stepped(rows: readonly DeskTicket[], from: number | null, by: 1 | -1): number | null {
  if (rows.length === 0) return null;
  const at = rows.findIndex((row) => row.ticket_id === from);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  return rows[next]?.ticket_id ?? null;
}
