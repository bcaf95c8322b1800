import type { DeskOut, DeskTicket, LineOut, LineTicket, TicketOut } from "@/http/schema.gen";
import type { BoothStatePush as LineHead } from "@/realtime/protocol.gen";

export function lineTicket(id: number, changes: Partial<LineTicket> = {}): LineTicket {
  return { ticket_id: id, label: `42-${String(id).padStart(3, "0")}`, place: id * 1000, channel: "onsite", state: "waiting", desk_number: null, priority: false, ...changes };
}

const HEAD: LineHead = {
  state: "open",
  takes_tickets: true,
  desks_on_duty: 1,
  closes_at: "2024-04-13T08:00:00Z",
  rule: { interleave_onsite: 0, interleave_online: 0, priorities: [] },
};

/** A push about the whole line. */
export function head(changes: Partial<LineHead>): LineHead {
  return { ...HEAD, ...changes };
}

export function line(...waiting: LineTicket[]): LineOut {
  return { ...HEAD, booth_id: 42, waiting };
}

export function deskTicket(id: number, changes: Partial<DeskTicket> = {}): DeskTicket {
  return {
    ...lineTicket(id),
    seeker_id: 100 + id,
    paper: false,
    announcements: 0,
    undo_until: null,
    paused_until: null,
    ready_asked_at: null,
    ready_at: null,
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
    ...HEAD,
    booth_id: 42,
    number: 42,
    duty: [],
    employer_name: "恒盛机械制造",
    service: "",
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
    service: "",
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
    priority: "",
    paused_until: null,
    may_postpone: true,
    ready_asked_at: null,
    ready_at: null,
    announcements: 0,
    transferred_to: null,
    result_waits: false,
    undo_until: null,
    ...changes,
  };
}
