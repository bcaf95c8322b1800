/** What a ticket says to the person who holds it: one mood a page, decided in one place. */
import type { LineOut, TicketOut } from "@/http/schema.gen";
import { minutesOf, secondsFor, waitWords, type EstimateRow, type WaitWords } from "@/booths/waiting";

export type Mood = "waiting" | "near" | "paused" | "called" | "serving" | "over";

export const NEAR = 3;

export function moodOf(ticket: TicketOut, ahead: number | null, line: LineOut | null): Mood {
  switch (ticket.state) {
    case "called":
      return "called";
    case "arrived":
    case "serving":
      return "serving";
    case "paused":
      return "paused";
    case "waiting":
      return line?.state !== "paused" && !ticket.held && ahead !== null && ahead <= NEAR ? "near" : "waiting";
    default:
      return "over";
  }
}

/** The booth wants to know whether this person is there, and has not been told. */
export function asksReady(ticket: TicketOut): boolean {
  return ticket.state === "waiting" && !ticket.held && ticket.ready_asked_at !== null && ticket.ready_at === null;
}

export interface WaitSaid {
  key: WaitWords;
  low: number;
  high: number;
  /** The booth may close before the turn comes. */
  late: boolean;
}

/** Null where nothing can be said: nobody on duty, or the person is not waiting. */
export function waitFor(table: readonly EstimateRow[], closes: number | null, ahead: number | null): WaitSaid | null {
  if (ahead === null) return null;
  const seconds = secondsFor(table, ahead);
  if (seconds === null) return null;
  return { ...waitWords(minutesOf(seconds)), late: closes !== null && ahead >= closes };
}
