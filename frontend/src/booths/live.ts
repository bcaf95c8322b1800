/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import { isActive } from "@/booths/line";
import type { DeskOut, DeskTicket, LineOut, TicketOut } from "@/http/schema.gen";
import type { BoothStatePush, MyTicketsOut, Pushes } from "@/realtime/protocol.gen";

type LineHead = BoothStatePush;

/** Any push of the lines, told apart by its name. */
export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** `ended` holds what this page saw end, so that it can say how; snapshots carry active tickets only. */
export interface MyTickets extends MyTicketsOut {
  ended?: TicketOut[];
}

interface Row {
  ticket_id: number;
  place: number;
}

function withRow<R extends Row>(rows: readonly R[], row: R): R[] {
  const others = rows.filter((one) => one.ticket_id !== row.ticket_id);
  // Equal places are in the order of their numbers, which is the order of their ids.
  return [...others, row].sort((one, other) => one.place - other.place || one.ticket_id - other.ticket_id);
}

function withoutRow<R extends Row>(rows: readonly R[], ticketId: number): R[] {
  return rows.filter((row) => row.ticket_id !== ticketId);
}

/** What is true of the whole line, out of a desk's or a line's snapshot. */
export function headOf({ state, takes_tickets, desks_on_duty, closes_at, rule }: LineHead): LineHead {
  return { state, takes_tickets, desks_on_duty, closes_at, rule };
}

/** `booth:<id>` */
export function reduceLine(line: LineOut, push: Push): LineOut {
  switch (push.is) {
    case "booths.ticket_taken":
    case "booths.ticket_called":
    case "booths.ticket_arrived":
    case "booths.ticket_serving":
    case "booths.ticket_requeued":
    case "booths.ticket_changed":
      return { ...line, waiting: withRow(line.waiting, push.data.ticket) };
    case "booths.ticket_ended":
      return { ...line, waiting: withoutRow(line.waiting, push.data.ticket_id) };
    case "booths.booth_state_changed":
      return { ...line, ...push.data };
    default:
      return line;
  }
}

/** `booth:<id>:desk` */
export function reduceDesk(desk: DeskOut, push: Push): DeskOut {
  switch (push.is) {
    case "booths.desk_ticket_changed":
      return { ...desk, waiting: withRow(desk.waiting, push.data.ticket) };
    case "booths.desk_ticket_ended": {
      const { ticket_id, talked_today } = push.data;
      return { ...desk, talked_today, waiting: withoutRow(desk.waiting, ticket_id) };
    }
    case "booths.desk_finish_undone": {
      const { ticket, talked_today } = push.data;
      return { ...desk, talked_today, waiting: withRow(desk.waiting, ticket) };
    }
    case "booths.duty_changed":
      return { ...desk, duty: push.data.duty };
    case "booths.booth_state_changed":
      return { ...desk, ...push.data };
    default:
      return desk;
  }
}

/** `user:<id>`: one's active tickets, in the order they were taken. */
export function reduceMyTickets(mine: MyTickets, push: Push): MyTickets {
  if (push.is !== "booths.my_ticket_changed") return mine;
  const { ticket } = push.data;
  const others = mine.tickets.filter((one) => one.id !== ticket.id);
  const ended = (mine.ended ?? []).filter((one) => one.id !== ticket.id);
  if (!isActive(ticket)) return { tickets: others, ended: [...ended, ticket] };
  const tickets = [...others, ticket].sort(
    (one, other) => Date.parse(one.taken_at) - Date.parse(other.taken_at) || one.id - other.id,
  );
  return { tickets, ended };
}

/**
 * The desk's row after a command: an HTTP reply is the seeker's ticket, so what only the desk knows stays from the row
 * at hand. Null when there is no such row yet; the push will bring it.
 */
export function deskPushOf(desk: DeskOut, ticket: TicketOut): Push | null {
  const row = desk.waiting.find((one) => one.ticket_id === ticket.id);
  if (row === undefined) return null;
  if (isActive(ticket)) {
    const { place, state, desk_number, called_at, due_at, held, misses, announcements, undo_until, paused_until, ready_asked_at, ready_at } = ticket;
    const next: DeskTicket = { ...row, place, state, desk_number, called_at, due_at, held, misses, announcements, undo_until, paused_until, ready_asked_at, ready_at };
    return { is: "booths.desk_ticket_changed", data: { ticket: next } };
  }
  const talked_today = desk.talked_today + (ticket.result === "talked" ? 1 : 0);
  const state = ticket.state as Pushes["booths.desk_ticket_ended"]["state"];
  return { is: "booths.desk_ticket_ended", data: { ticket_id: ticket.id, state, talked_today } };
}
