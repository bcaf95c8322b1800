/** One's own applications as this page knows them. Commands answer through the same reducer as pushes. */
import { computed, type ComputedRef } from "vue";

import { useSession } from "@/accounts/store";
import * as api from "@/applications/api";
import { reduceMyApplications, type Push } from "@/applications/live";
import type { ApplicationOut } from "@/applications/types";
import type { Sending } from "@/http/outbox";
import { outbox } from "@/http/pageOutbox";
import type { MyApplicationsOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

export interface MyApplicationsHandle {
  list: ComputedRef<ApplicationOut[]>;
  isKnown: ComputedRef<boolean>;
  find: (id: number) => ApplicationOut | null;
  at: (positionId: number) => ApplicationOut | null;
  /** Both are kept until the server answers; see the outbox. */
  apply: (press: api.Press) => Promise<ApplicationOut>;
  withdraw: (application: ApplicationOut) => Promise<ApplicationOut>;
}

export function useMyApplications(): MyApplicationsHandle {
  const session = useSession();
  // A guest has none: applying needs a verified phone.
  const { topic, view } = useLogTopic<MyApplicationsOut, Push>(
    () => (session.isSignedIn && session.user !== null ? `user:${session.user.id}:applications` : null),
    reduceMyApplications,
  );
  const list = computed(() => view.value?.state?.applications ?? []);

  async function commanded(send: () => Promise<ApplicationOut>): Promise<ApplicationOut> {
    const asked = topic.value;
    const from = asked?.position ?? 0;
    const application = await send();
    asked?.applyReply({ is: "applications.my_application_changed", data: { application } }, from);
    return application;
  }

  return {
    list,
    isKnown: computed(() => session.me !== null && (!session.isSignedIn || view.value?.state != null)),
    find: (id) => list.value.find((one) => one.id === id) ?? null,
    at: (positionId) => list.value.find((one) => one.position_id === positionId) ?? null,
    apply: (press) => commanded(() => api.apply(press)),
    withdraw: (application) => commanded(() => api.withdraw(application)),
  };
}

/** What the person here asked of one position and is still on its way, or was answered lately. */
export function useSendings(positionId: () => number): ComputedRef<Sending[]> {
  return computed(() => outbox.sendings.filter(({ entry }) => entry.object === api.sendingObject(positionId())));
}
