import { commandNow, get } from "@/http/client";
import type { Channel, InterviewResult } from "@/booths/line";
import { outbox } from "@/http/pageOutbox";
import type { BoothOut, BoothStateOut, CallNextOut, DeskOut, TicketOut, TicketPageOut } from "@/http/schema.gen";

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
 *   leave   a ticket is left once, and whenever it is heard the booth stops waiting; the server refuses what ended
 *
 * Now or never (`commandNow`, ten seconds, then a sentence), because minutes later the desk is another:
 *   call-next, miss, serve     they act on whoever is there at that moment
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

const onTicket = (kind: "arrive" | "leave", ticket: TicketOut, keepMs: number): Promise<TicketOut> =>
  outbox.send({
    kind,
    object: sendingObject(ticket.booth_id),
    path: `/tickets/${ticket.id}/${kind}`,
    body: {},
    about: ticket.employer_name,
    keepMs,
  });

export const arrive = (ticket: TicketOut): Promise<TicketOut> => onTicket("arrive", ticket, 5 * MINUTE_MS);
export const leave = (ticket: TicketOut): Promise<TicketOut> => onTicket("leave", ticket, 24 * 60 * MINUTE_MS);

export const changeBooth = (boothId: number, change: BoothChange): Promise<BoothStateOut> =>
  commandNow(`/booths/${boothId}/${change}`, change === "close" ? { confirm: true } : undefined);
export const callNext = (deskId: number): Promise<CallNextOut> => commandNow(`/desks/${deskId}/call-next`);
export const miss = (ticketId: number): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/miss`);
export const serve = (ticketId: number): Promise<TicketOut> => commandNow(`/tickets/${ticketId}/serve`);
export const finish = (ticketId: number, result: InterviewResult, note: string): Promise<TicketOut> =>
  commandNow(`/tickets/${ticketId}/finish`, { result, note });

export const qrAddress = (boothId: number): string => `/api/booths/${boothId}/qr.svg`;
