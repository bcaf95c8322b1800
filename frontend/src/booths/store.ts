/** Lines, tickets and desks as this page knows them. Commands answer through the same reducers as pushes. */
import { defineStore } from "pinia";
import { computed, shallowReactive, shallowRef, type ComputedRef } from "vue";

import { useSession } from "@/accounts/store";
import * as api from "@/booths/api";
import { isActive } from "@/booths/line";
import { deskPushOf, reduceDesk, reduceLine, reduceMyTickets, type MyTickets, type Push } from "@/booths/live";
import type { Channel, InterviewResult } from "@/booths/line";
import type { BoothBrief, BoothOut, DeskOut, LineOut, TicketOut, TicketPageOut } from "@/http/schema.gen";
import type { Sending } from "@/http/outbox";
import { outbox } from "@/http/pageOutbox";
import type { LogTopic, TopicView } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

/** What HTTP told, kept between pages. */
export const useBooths = defineStore("booths", () => {
  const booths = shallowReactive(new Map<number, BoothOut>());
  const tickets = shallowReactive(new Map<number, TicketPageOut>());
  const history = shallowRef<TicketOut[] | null>(null);

  async function loadBooth(id: number): Promise<void> {
    booths.set(id, await api.fetchBooth(id));
  }

  async function loadTicket(id: number): Promise<void> {
    tickets.set(id, await api.fetchTicket(id));
  }

  async function loadHistory(): Promise<void> {
    history.value = await api.fetchMyTickets();
  }

  return { booths, tickets, history, loadBooth, loadTicket, loadHistory };
});

/** A booth's public line, live. */
export function useBoothLine(boothId: () => number | null): ComputedRef<LineOut | null> {
  const name = (): string | null => {
    const id = boothId();
    return id === null ? null : `booth:${id}`;
  };
  const { view } = useLogTopic<LineOut, Push>(name, reduceLine);
  return computed(() => view.value?.state ?? null);
}

export interface MyTicketsHandle {
  active: ComputedRef<TicketOut[]>;
  isKnown: ComputedRef<boolean>;
  find: (id: number) => TicketOut | null;
  /** These three are kept until the server answers; see the outbox. */
  take: (booth: BoothBrief, channel: Channel) => Promise<TicketOut>;
  arrive: (ticket: TicketOut) => Promise<TicketOut>;
  leave: (ticket: TicketOut) => Promise<TicketOut>;
}

/** One's own tickets, live. */
export function useMyTickets(): MyTicketsHandle {
  const session = useSession();
  const { topic, view } = useLogTopic<MyTickets, Push>(
    () => (session.user === null ? null : `user:${session.user.id}`),
    reduceMyTickets,
  );

  async function commanded(send: () => Promise<TicketOut>): Promise<TicketOut> {
    const asked = topic.value;
    const from = asked?.position ?? 0;
    const ticket = await send();
    asked?.applyReply({ is: "booths.my_ticket_changed", data: { ticket } }, from);
    return ticket;
  }

  return {
    active: computed(() => (view.value?.state?.tickets ?? []).filter(isActive)),
    isKnown: computed(() => session.me !== null && (session.user === null || view.value?.state != null)),
    find: (id) => {
      const mine = view.value?.state;
      return [...(mine?.tickets ?? []), ...(mine?.ended ?? [])].find((ticket) => ticket.id === id) ?? null;
    },
    take: (booth, channel) => commanded(() => api.takeTicket(booth.id, booth.employer.name, channel)),
    arrive: (ticket) => commanded(() => api.arrive(ticket)),
    leave: (ticket) => commanded(() => api.leave(ticket)),
  };
}

/** What the person here asked of one booth and is still on its way, or was answered lately. */
export function useSendings(boothId: () => number): ComputedRef<Sending[]> {
  return computed(() => outbox.sendings.filter(({ entry }) => entry.object === api.sendingObject(boothId())));
}

export interface DeskHandle {
  view: ComputedRef<TopicView<DeskOut> | null>;
  change: (change: api.BoothChange) => Promise<void>;
  /** Null: everyone who waits is with another booth, and their places are kept. */
  callNext: (deskId: number) => Promise<TicketOut | null>;
  miss: (ticketId: number) => Promise<TicketOut>;
  serve: (ticketId: number) => Promise<TicketOut>;
  finish: (ticketId: number, result: InterviewResult, note: string) => Promise<TicketOut>;
}

/** The recruiter's side of a booth, live. */
export function useDesk(boothId: () => number): DeskHandle {
  const session = useSession();
  const { topic, view } = useLogTopic<DeskOut, Push>(
    () => (session.user === null ? null : `booth:${boothId()}:desk`),
    reduceDesk,
  );

  function position(): { asked: LogTopic<DeskOut, Push> | null; from: number } {
    return { asked: topic.value, from: topic.value?.position ?? 0 };
  }

  async function commanded<T extends TicketOut | null>(send: () => Promise<T>): Promise<T> {
    const { asked, from } = position();
    const ticket = await send();
    const push = asked?.view.state && ticket !== null ? deskPushOf(asked.view.state, ticket) : null;
    if (push !== null) asked?.applyReply(push, from);
    return ticket;
  }

  return {
    view,
    change: async (change) => {
      const { asked, from } = position();
      const { state, takes_tickets } = await api.changeBooth(boothId(), change);
      const known = asked?.view.state;
      if (!known) return;
      const { desks_on_duty, closes_at, rule } = known;
      asked.applyReply({ is: "booths.booth_state_changed", data: { state, takes_tickets, desks_on_duty, closes_at, rule } }, from);
    },
    callNext: (deskId) => commanded(async () => (await api.callNext(deskId)).ticket),
    miss: (id) => commanded(() => api.miss(id)),
    serve: (id) => commanded(() => api.serve(id)),
    finish: (id, result, note) => commanded(() => api.finish(id, result, note)),
  };
}
