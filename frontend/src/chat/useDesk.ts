/** What stands around the conversations of one place: colleagues and canned replies; asked again when it may be old. */
import { shallowRef, watch, type ShallowRef } from "vue";

import { fetchDesk } from "@/chat/api";
import type { ChatDeskOut } from "@/http/schema.gen";

export interface Desk {
  desk: ShallowRef<ChatDeskOut | null>;
  again: () => Promise<void>;
}

export function useDesk(topic: () => string | null): Desk {
  const desk = shallowRef<ChatDeskOut | null>(null);
  async function again(): Promise<void> {
    const asked = topic();
    if (asked === null) return;
    const found = await fetchDesk(asked);
    if (topic() === asked) desk.value = found;
  }
  watch(topic, () => void again().catch(() => undefined), { immediate: true });
  return { desk, again };
}
