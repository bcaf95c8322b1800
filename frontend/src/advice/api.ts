import { commandNow, get } from "@/http/client";
import type { AdvicePlanHereOut, AdvicePlanIn, AdvicePlanOut, AppointmentOut, ExpectedOut, ServiceSlotsOut } from "@/http/schema.gen";
import type { Channel } from "@/booths/line";

export const fetchSlots = (serviceId: number): Promise<ServiceSlotsOut> => get(`/services/${serviceId}/slots`);
export const fetchExpected = (serviceId: number): Promise<ExpectedOut[]> => get(`/services/${serviceId}/expected`);
export const fetchPlan = (ticketId: number): Promise<AdvicePlanHereOut> => get(`/advice/${ticketId}`);

// Now or never: minutes later the time may be somebody else's, and the desk has somebody else in front of it.
export const book = (serviceId: number, startsAt: string, about: string): Promise<AppointmentOut> =>
  commandNow(`/services/${serviceId}/appointments`, { starts_at: startsAt, about });
export const cancel = (id: number): Promise<AppointmentOut> => commandNow(`/appointments/${id}/cancel`);
export const come = (id: number, channel: Channel): Promise<AppointmentOut> => commandNow(`/appointments/${id}/admit`, { channel });
export const writePlan = (ticketId: number, plan: AdvicePlanIn): Promise<AdvicePlanOut> => commandNow(`/advice/${ticketId}`, plan);
export const tickStep = (stepId: number, done: boolean): Promise<AdvicePlanOut> => commandNow(`/advice-steps/${stepId}/tick`, { done });
