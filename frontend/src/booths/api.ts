import { command, get } from "@/http/client";
import type { Channel, InterviewResult } from "@/booths/line";
import type { BoothOut, BoothStateOut, CallNextOut, DeskOut, TicketOut, TicketPageOut } from "@/http/schema.gen";

export type BoothChange = "open" | "pause" | "resume" | "close";

export const fetchBooth = (id: number): Promise<BoothOut> => get(`/booths/${id}`);
export const fetchTicket = (id: number): Promise<TicketPageOut> => get(`/tickets/${id}`);
export const fetchMyTickets = (): Promise<TicketOut[]> => get("/me/tickets");
export const fetchDesk = (boothId: number): Promise<DeskOut> => get(`/booths/${boothId}/desk`);

export const takeTicket = (boothId: number, channel: Channel): Promise<TicketOut> =>
  command(`/booths/${boothId}/tickets`, { channel });
export const arrive = (ticketId: number): Promise<TicketOut> => command(`/tickets/${ticketId}/arrive`);
export const leave = (ticketId: number): Promise<TicketOut> => command(`/tickets/${ticketId}/leave`);

export const changeBooth = (boothId: number, change: BoothChange): Promise<BoothStateOut> =>
  command(`/booths/${boothId}/${change}`);
export const callNext = (deskId: number): Promise<CallNextOut> => command(`/desks/${deskId}/call-next`);
export const miss = (ticketId: number): Promise<TicketOut> => command(`/tickets/${ticketId}/miss`);
export const serve = (ticketId: number): Promise<TicketOut> => command(`/tickets/${ticketId}/serve`);
export const finish = (ticketId: number, result: InterviewResult, note: string): Promise<TicketOut> =>
  command(`/tickets/${ticketId}/finish`, { result, note });

export const qrAddress = (boothId: number): string => `/api/booths/${boothId}/qr.svg`;
