/** What a recruiter at one desk sees and may do, decided from the desk's snapshot. */
import type { DeskOut, DeskTicket } from "@/http/schema.gen";

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

/** Which desk this browser sits at: the one chosen before, else the first free one. */
export function initialDesk(desk: DeskOut, kept: string | null): number {
  const wanted = Number(kept);
  if (desk.desks.some((row) => row.number === wanted)) return wanted;
  const free = desk.desks.find((row) => personAt(desk, row.number) === null);
  return free?.number ?? desk.desks[0]?.number ?? 1;
}
