/** A room's draw on a page: how many take part, one's own number, and taking part. */
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";
import { useRoute, useRouter } from "vue-router";

import { useSession } from "@/accounts/store";
import { useAttempt } from "@/http/useAttempt";
import { newCommandId } from "@/lib/ids";
import { enterDraw, fetchMyEntry } from "@/livestream/drawsApi";
import { reduceDraw, type DrawPush, type EntriesNow } from "@/livestream/drawsLive";
import { keepPressed, takePressed } from "@/livestream/pressed";
import type { DrawOut, RoomDrawOut } from "@/realtime/protocol.gen";
import { useGaugeTopic, useLogTopic } from "@/realtime/useTopic";

export interface RoomDraw {
  draw: ComputedRef<DrawOut | null>;
  entries: ComputedRef<number>;
  /** One's number in the list; null: one takes no part. */
  mine: Ref<number | null>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  enter: () => Promise<void>;
}

export function useRoomDraw(room: () => number): RoomDraw {
  const { view } = useLogTopic<RoomDrawOut, DrawPush>(() => `live:${room()}:draw`, reduceDraw);
  const gauge = useGaugeTopic<unknown>(() => `live:${room()}:figures`);
  const session = useSession();
  const [route, router] = [useRoute(), useRouter()];
  const { busy, problem, attempt } = useAttempt();
  const mine = ref<number | null>(null);
  const draw = computed(() => view.value?.state?.draw ?? null);
  const entries = computed(() => {
    const now = gauge.view.value?.state?.["entries"] as EntriesNow | null | undefined;
    const told = now != null && now.id === draw.value?.id ? now.n : 0;
    return draw.value?.entries ?? Math.max(told, mine.value ?? 0);
  });

  async function send(): Promise<void> {
    const id = draw.value?.id;
    if (id === undefined) return;
    await attempt(async () => {
      mine.value = (await enterDraw(id, newCommandId())).number;
    });
  }

  watch(
    [() => draw.value?.id, () => session.user?.id, () => session.isSignedIn],
    async ([id]) => {
      mine.value = null;
      if (id === undefined || !session.isSignedIn) return;
      if (takePressed("enter", id) !== null) {
        await send();
        return;
      }
      try {
        const found = await fetchMyEntry(room());
        if (found.draw_id === draw.value?.id) mine.value ??= found.number;
      } catch {
        // Then it may be pressed again, which changes nothing.
      }
    },
    { immediate: true },
  );

  async function enter(): Promise<void> {
    const it = draw.value;
    if (it?.state !== "open" || busy.value || mine.value !== null) return;
    if (session.isSignedIn) {
      await send();
      return;
    }
    keepPressed({ what: "enter", id: it.id });
    await router.push({ path: "/sign-in", query: { next: route.fullPath } });
  }
  return { draw, entries, mine, busy, problem, enter };
}
