/** What organisers do with service desks. */
import { commandNow, get } from "@/http/client";
import type { BookingRuleIn, NewServiceDeskIn, ServiceDeskOut, ServiceFiguresOut } from "@/http/schema.gen";

const of = (fair: string): string => `/fairs/${encodeURIComponent(fair)}`;

export const fetchDesks = (fair: string): Promise<ServiceDeskOut[]> => get(`${of(fair)}/services`);
export const fetchFigures = (fair: string): Promise<ServiceFiguresOut[]> => get(`${of(fair)}/service-figures`);
export const createDesk = (fair: string, desk: NewServiceDeskIn): Promise<ServiceDeskOut> => commandNow(`${of(fair)}/services`, desk);
export const appoint = (desk: number, who: string): Promise<ServiceDeskOut> => commandNow(`/services/${desk}/counsellors`, { who });
export const dismiss = (desk: number, person: number): Promise<ServiceDeskOut> => commandNow(`/services/${desk}/counsellors/${person}/remove`);
export const setRule = (desk: number, rule: BookingRuleIn): Promise<ServiceDeskOut> => commandNow(`/services/${desk}/booking-rule`, rule);

/** The first number after the highest in use; service desks begin at 301. */
export function nextNumber(desks: readonly ServiceDeskOut[]): number {
  return Math.max(300, ...desks.map((one) => one.number)) + 1;
}

/** How many slots of a day a rule makes; 0 while it makes none. */
export function slotsADay(rule: Pick<BookingRuleIn, "slot_minutes" | "opens" | "closes">): number {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const length = minutes(rule.closes) - minutes(rule.opens);
  return length > 0 && rule.slot_minutes > 0 ? Math.floor(length / rule.slot_minutes) : 0;
}
