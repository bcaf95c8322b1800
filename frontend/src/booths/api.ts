import { commandNow, get } from "@/http/client";
import type { Channel } from "@/booths/line";
import { outbox } from "@/http/pageOutbox";
import { bodyOf, type Holder } from "@/booths/kiosk";
import type { BoothOut, BoothStateOut, CallNextOut, DeskOut, DutyOut, FinishIn, PaperOut, PlaceAtKioskOut, PriorityIn, TicketOut, TicketPageOut, VisitorOut } from "@/http/schema.gen";

export type BoothChange = "open" | "pause" | "resume" | "close";

export const fetchBooth = (id: number): Promise<BoothOut> => get(`/booths/${id}`);
export const fetchTicket = (id: number): Promise<TicketPageOut> => get(`/tickets/${id}`);
export const fetchMyTickets = (): Promise<TicketOut[]> => get("/me/tickets");
export const fetchDesk = (boothId: number): Promise<DeskOut> => get(`/booths/${boothId}/desk`);

const MINUTE_MS = 60_000;

/** Everything a seeker does at one booth stays in the order it was pressed: leaving, then queueing again. */
export const sendingObject = (boothId: number): string => `booth:${boothId}`;

/*
 * Kept in the outbox and sent late, because late is still right:
 *   take    a place in line is wanted for the visit; two hours on, the visit is over or has another plan
 *   arrive  true while the call lasts; later it could answer the next call of the same ticket in its stead
 *   later   as long as `arrive`, for the same reason
 *   leave   a ticket is left once, and whenever it is heard the booth stops waiting; the server refuses what ended
 *   ready   said within the ten minutes a turn is near
 *   pause   a wish of this moment, which the person tells the booth in words when it comes too late
 *   resume  whoever is back is back
 *
 * Now or never (`commandNow`, ten seconds, then a sentence), because minutes later the desk is another:
 *   call…, miss, hold, serve   they act on whoever is there at that moment; so do recall, transfer and undo
 *   open, pause, resume, close the line has changed; a late "close" would void tickets taken since
 *   finish                     the desk is freed by it, and what the recruiter typed stays in the form
 */
export const takeTicket = (boothId: number, employer: string, channel: Channel): Promise<TicketOut> =>
  outbox.send({
    kind: "take",
    object: sendingObject(boothId),
    path: `/booths/${boothId}/tickets`,
    body: { channel },
    about: employer,
    keepMs: 120 * MINUTE_MS,
  });

type Said = "arrive" | "leave" | "later" | "ready" | "pause" | "resume";
const onTicket = (kind: Said, ticket: TicketOut, keepMs: number, body: unknown = {}): Promise<TicketOut> =>
  outbox.send({
    kind,
    object: sendingObject(ticket.booth_id),
    path: `/tickets/${ticket.id}/${kind}`,
    body,
    about: ticket.employer_name,
    keepMs,
  });

export const arrive = (ticket: TicketOut): Promise<TicketOut> => onTicket("arrive", ticket, 5 * MINUTE_MS);
export const leave = (ticket: TicketOut): Promise<TicketOut> => onTicket("leave", ticket, 24 * 60 * MINUTE_MS);

export const later = (ticket: TicketOut): Promise<TicketOut> => onTicket("later", ticket, 5 * MINUTE_MS);
export const sayReady = (ticket: TicketOut): Promise<TicketOut> => onTicket("ready", ticket, 10 * MINUTE_MS);
export const pause = (ticket: TicketOut, minutes: number): Promise<TicketOut> =>
  onTicket("pause", ticket, 5 * MINUTE_MS, { minutes });
export const resume = (ticket: TicketOut): Promise<TicketOut> => onTicket("resume", ticket, 60 * MINUTE_MS);
export const claim = (label: string, code: string): Promise<TicketOut> => commandNow("/tickets/claim", { label, code });

export const changeBooth = (boothId: number, change: BoothChange): Promise<BoothStateOut> =>
  commandNow(`/booths/${boothId}/${change}`);
/** Closing with people in line needs to be meant: `confirm`. */
export const closeBooth = (boothId: number, confirm: boolean): Promise<BoothStateOut> =>
  commandNow(`/booths/${boothId}/close`, { confirm });
export const lastTicket = (boothId: number, on: boolean): Promise<BoothStateOut> =>
  commandNow(`/booths/${boothId}/last-ticket`, { on });
export const setDuty = (deskId: number, state: DutyOut["state"]): Promise<DutyOut> =>
  commandNow(`/desks/${deskId}/duty`, { state });
export const callNext = (deskId: number): Promise<CallNextOut> => commandNow(`/desks/${deskId}/call-next`);
export const callPicked = (deskId: number, ticketId: number, reason: string): Promise<TicketOut> =>
  commandNow(`/desks/${deskId}/call`, { ticket_id: ticketId, reason });
export const recall = (ticketId: number): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/recall`);
export const miss = (ticketId: number): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/miss`);
export const hold = (ticketId: number, minutes: number): Promise<TicketOut> =>
  commandNow(`/tickets/${ticketId}/hold`, { minutes });
export const transfer = (ticketId: number, boothId: number): Promise<TicketOut> =>
  commandNow(`/tickets/${ticketId}/transfer`, { booth_id: boothId });
export const serve = (ticketId: number): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/serve`);
export const finish = (ticketId: number, how: FinishIn): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/finish`, how);
export const undo = (ticketId: number, what: "call" | "finish"): Promise<TicketOut> =>
  commandNow(`/tickets/${ticketId}/undo`, { what });
export const fetchVisitors = (boothId: number): Promise<VisitorOut[]> => get(`/booths/${boothId}/next-five`);
export const fetchVisitor = (ticketId: number): Promise<VisitorOut> => get(`/tickets/${ticketId}/visitor`);

export const qrAddress = (boothId: number): string => `/api/booths/${boothId}/qr.svg`;
export const giveKioskTicket = (slug: string, boothId: number, holder: Holder): Promise<PaperOut> =>
  commandNow(`/fairs/${encodeURIComponent(slug)}/kiosk/tickets`, bodyOf(boothId, holder));
export const placeAtKiosk = (slug: string, label: string): Promise<PlaceAtKioskOut> =>
  get(`/fairs/${encodeURIComponent(slug)}/kiosk/tickets/${encodeURIComponent(label)}`);
export const givePriority = (ticketId: number, body: PriorityIn): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/priority`, body);
