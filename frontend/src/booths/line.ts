/** What a line says to one person in it. */
import type { FinishIn, LineOut, LineTicket, TicketOut } from "@/http/schema.gen";

export type BoothState = LineOut["state"];
export type TicketState = TicketOut["state"];
export type ActiveState = LineTicket["state"];
export type Channel = TicketOut["channel"];
export type InterviewResult = FinishIn["result"];

const ACTIVE: ReadonlySet<TicketState> = new Set<ActiveState>(["waiting", "paused", "called", "arrived", "serving"]);

export function isActive(ticket: TicketOut): ticket is TicketOut & { state: ActiveState } {
  return ACTIVE.has(ticket.state);
}

/** People in line who have not been called yet: the length every page shows. */
export function lineLength(rows: readonly Pick<LineTicket, "state">[]): number {
  return rows.filter((row) => row.state === "waiting").length;
}

/** Places that may still be called, whoever has stepped aside included: what an estimate counts. */
export function placesInLine(rows: readonly Pick<LineTicket, "state">[]): number {
  return rows.filter((row) => mayBeCalled(row)).length;
}

/** How many will be called before this ticket; null when it is not waiting in this line. */
export function peopleAhead(line: LineOut, ticketId: number): number | null {
  return before(line, ticketId)?.filter((row) => row.state === "waiting").length ?? null;
}

/** The same with those who have stepped aside and may be back before: what an estimate counts. */
export function placesAhead(line: LineOut, ticketId: number): number | null {
  return before(line, ticketId)?.length ?? null;
}

function before(line: LineOut, ticketId: number): LineTicket[] | null {
  const mine = line.waiting.find((row) => row.ticket_id === ticketId);
  if (mine === undefined || !mayBeCalled(mine)) return null;
  return line.waiting.filter((row) => mayBeCalled(row) && isBefore(row, mine));
}

function mayBeCalled(row: Pick<LineTicket, "state">): boolean {
  return row.state === "waiting" || row.state === "paused";
}

/** Equal places are in the order of their numbers, which is the order of their ids. */
function isBefore(one: LineTicket, other: LineTicket): boolean {
  return one.place < other.place || (one.place === other.place && one.ticket_id < other.ticket_id);
}

/** Share of the time to arrive that is left, 0–1. */
export function timeLeftShare(calledAt: string, dueAt: string, now: number): number {
  const whole = Date.parse(dueAt) - Date.parse(calledAt);
  return whole <= 0 ? 0 : timeLeft({ called_at: calledAt, due_at: dueAt }, now) / whole;
}

/** Milliseconds until the call is missed; never more than were promised, however wrong this phone's clock. */
export function timeLeft(called: { called_at: string | null; due_at: string | null } | null, now: number): number {
  if (called?.called_at == null || called.due_at === null) return 0;
  const due = Date.parse(called.due_at);
  return Math.max(0, Math.min(due - now, due - Date.parse(called.called_at)));
}
