/** Lines, tickets and desks as this page knows them. Commands answer through the same reducers as pushes. */
import { defineStore } from "pinia";
import { computed, shallowReactive, shallowRef, type ComputedRef } from "vue";

import { useSession } from "@/accounts/store";
import * as api from "@/booths/api";
import { isActive } from "@/booths/line";
import { deskPushOf, headOf, reduceDesk, reduceLine, reduceMyTickets, type MyTickets, type Push } from "@/booths/live";
import type { ShownCall } from "@/booths/announcing";
import type { Channel } from "@/booths/line";
import type { EstimateRow } from "@/booths/waiting";
import type { BoothBrief, BoothOut, BoothStateOut, DeskOut, DutyOut, FinishIn, LineOut, TicketOut, TicketPageOut } from "@/http/schema.gen";
import { newsOf, type Sending } from "@/http/outbox";
import { outbox } from "@/http/pageOutbox";
import type { LogTopic, TopicView } from "@/realtime/topic";
import { useGaugeTopic, useLogTopic } from "@/realtime/useTopic";

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

/** How long each place may wait. No row: nobody can say. `closes`: from so many ahead on, the booth may close before. */
export interface Waits {
  table: readonly EstimateRow[];
  closes: number | null;
}

export function useWaits(boothId: () => number | null): ComputedRef<Waits> {
  const { view } = useGaugeTopic<unknown>(() => {
    const id = boothId();
    return id === null ? null : `booth:${id}:estimates`;
  });
  return computed(() => {
    const told = view.value?.state ?? {};
    return { table: (told["table"] ?? []) as EstimateRow[], closes: (told["may_close_before"] ?? null) as number | null };
  });
}

/** The hall's latest calls; null until the first answer. `topic` is the fair's. */
export function useCalls(topic: () => string | null): ComputedRef<ShownCall[] | null> {
  const { view } = useGaugeTopic<ShownCall[]>(() => {
    const fair = topic();
    return fair === null ? null : `${fair}:calls`;
  });
  return computed(() => view.value?.state?.["calls"] ?? null);
}

export interface MyTicketsHandle {
  active: ComputedRef<TicketOut[]>;
  isKnown: ComputedRef<boolean>;
  find: (id: number) => TicketOut | null;
  /** All but `claim` are kept until the server answers; see the outbox. */
  take: (booth: BoothBrief, channel: Channel) => Promise<TicketOut>;
  arrive: (ticket: TicketOut) => Promise<TicketOut>;
  leave: (ticket: TicketOut) => Promise<TicketOut>;
  later: (ticket: TicketOut) => Promise<TicketOut>;
  sayReady: (ticket: TicketOut) => Promise<TicketOut>;
  pause: (ticket: TicketOut, minutes: number) => Promise<TicketOut>;
  resume: (ticket: TicketOut) => Promise<TicketOut>;
  /** From paper to this phone. */
  claim: (label: string, code: string) => Promise<TicketOut>;
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
    later: (ticket) => commanded(() => api.later(ticket)),
    sayReady: (ticket) => commanded(() => api.sayReady(ticket)),
    pause: (ticket, minutes) => commanded(() => api.pause(ticket, minutes)),
    resume: (ticket) => commanded(() => api.resume(ticket)),
    claim: (label, code) =>
      commanded(async () => {
        await session.ensureSomeone();
        return api.claim(label, code);
      }),
  };
}

/** What the person here asked of one booth and is still on its way, or was answered lately. */
export function useSendings(boothId: () => number): ComputedRef<Sending[]> {
  return computed(() => newsOf(outbox.sendings.filter(({ entry }) => entry.object === api.sendingObject(boothId()))));
}

export interface DeskHandle {
  view: ComputedRef<TopicView<DeskOut> | null>;
  change: (change: api.BoothChange) => Promise<void>;
  close: (confirm: boolean) => Promise<void>;
  lastTicket: (on: boolean) => Promise<void>;
  duty: (deskId: number, state: DutyOut["state"]) => Promise<void>;
  /** Null: everyone who waits is with another booth, and their places are kept. */
  callNext: (deskId: number) => Promise<TicketOut | null>;
  callPicked: (deskId: number, ticketId: number, reason: string) => Promise<TicketOut>;
  recall: (ticketId: number) => Promise<TicketOut>;
  miss: (ticketId: number) => Promise<TicketOut>;
  hold: (ticketId: number, minutes: number) => Promise<TicketOut>;
  transfer: (ticketId: number, boothId: number) => Promise<TicketOut>;
  serve: (ticketId: number) => Promise<TicketOut>;
  finish: (ticketId: number, how: FinishIn) => Promise<TicketOut>;
  undo: (ticketId: number, what: "call" | "finish") => Promise<TicketOut>;
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

  async function changed(send: () => Promise<BoothStateOut>): Promise<void> {
    const { asked, from } = position();
    const { state, takes_tickets } = await send();
    const head = asked?.view.state;
    if (head) asked.applyReply({ is: "booths.booth_state_changed", data: { ...headOf(head), state, takes_tickets } }, from);
  }

  return {
    view,
    change: (change) => changed(() => api.changeBooth(boothId(), change)),
    close: (confirm) => changed(() => api.closeBooth(boothId(), confirm)),
    lastTicket: (on) => changed(() => api.lastTicket(boothId(), on)),
    duty: async (deskId, state) => {
      await api.setDuty(deskId, state);
    },
    callNext: (deskId) => commanded(async () => (await api.callNext(deskId)).ticket),
    callPicked: (deskId, id, reason) => commanded(() => api.callPicked(deskId, id, reason)),
    recall: (id) => commanded(() => api.recall(id)),
    miss: (id) => commanded(() => api.miss(id)),
    hold: (id, minutes) => commanded(() => api.hold(id, minutes)),
    transfer: async (id, booth) => {
      // The reply is the ticket at the other booth; the push takes the row out of this line.
      return api.transfer(id, booth);
    },
    serve: (id) => commanded(() => api.serve(id)),
    finish: (id, how) => commanded(() => api.finish(id, how)),
    undo: (id, what) => commanded(() => api.undo(id, what)),
  };
}
