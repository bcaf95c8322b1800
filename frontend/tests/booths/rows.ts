import type { DeskOut, DeskTicket, LineOut, LineTicket, TicketOut } from "@/http/schema.gen";

export function lineTicket(id: number, changes: Partial<LineTicket> = {}): LineTicket {
  return { ticket_id: id, label: `42-${String(id).padStart(3, "0")}`, place: id * 1000, channel: "onsite", state: "waiting", desk_number: null, ...changes };
}

export function line(...waiting: LineTicket[]): LineOut {
  return { booth_id: 42, state: "open", waiting };
}

export function deskTicket(id: number, changes: Partial<DeskTicket> = {}): DeskTicket {
  return {
    ...lineTicket(id),
    who: "王**",
    seeker_guest: false,
    taken_at: `2024-04-13T01:${String(id).padStart(2, "0")}:00Z`,
    called_at: null,
    due_at: null,
    serving_since: null,
    held: false,
    misses: 0,
    ...changes,
  };
}

export function desk(...waiting: DeskTicket[]): DeskOut {
  return {
    booth_id: 42,
    number: 42,
    state: "open",
    employer_name: "恒盛机械制造",
    desks: [
      { id: 7, number: 1 },
      { id: 8, number: 2 },
    ],
    waiting,
    talked_today: 5,
  };
}

export function ticket(id: number, changes: Partial<TicketOut> = {}): TicketOut {
  return {
    id,
    booth_id: 42,
    booth_number: 42,
    employer_name: "恒盛机械制造",
    number: id,
    label: `42-${String(id).padStart(3, "0")}`,
    place: id * 1000,
    channel: "onsite",
    state: "waiting",
    misses: 0,
    taken_at: `2024-04-13T01:${String(id).padStart(2, "0")}:00Z`,
    called_at: null,
    due_at: null,
    desk_number: null,
    held: false,
    ended_at: null,
    result: "",
    ...changes,
  };
}
