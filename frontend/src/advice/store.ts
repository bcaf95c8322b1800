import { computed, type ComputedRef } from "vue";

import { useSession } from "@/accounts/store";
import * as api from "@/advice/api";
import { reduceMyAdvice, type Push } from "@/advice/live";
import type { Channel } from "@/booths/line";
import type { AdvicePlanOut, AppointmentOut } from "@/http/schema.gen";
import type { MyAdviceOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

export interface MyAdvice {
  state: ComputedRef<MyAdviceOut | null>;
  book: (serviceId: number, startsAt: string, about: string) => Promise<AppointmentOut>;
  cancel: (id: number) => Promise<AppointmentOut>;
  come: (id: number, channel: Channel) => Promise<AppointmentOut>;
  tick: (stepId: number, done: boolean) => Promise<AdvicePlanOut>;
}

/** What one has booked and been advised, live; null while not known. Replies go through the same reducer as pushes. */
export function useMyAdvice(): MyAdvice {
  const session = useSession();
  const { topic, view } = useLogTopic<MyAdviceOut, Push>(() => (session.user === null ? null : `user:${session.user.id}:advice`), reduceMyAdvice);

  async function said<T>(send: () => Promise<T>, told: (reply: T) => Push): Promise<T> {
    const asked = topic.value;
    const from = asked?.position ?? 0;
    const reply = await send();
    asked?.applyReply(told(reply), from);
    return reply;
  }
  const moved = (appointment: AppointmentOut): Push => ({ is: "advice.my_appointment_changed", data: { appointment } });
  return {
    state: computed(() => view.value?.state ?? null),
    book: (serviceId, startsAt, about) => said(() => api.book(serviceId, startsAt, about), moved),
    cancel: (id) => said(() => api.cancel(id), moved),
    come: (id, channel) => said(() => api.come(id, channel), moved),
    tick: (stepId, done) => said(() => api.tickStep(stepId, done), (plan) => ({ is: "advice.my_plan_changed", data: { plan } })),
  };
}
