/** A room as one phone sees it: what is shown, what was missed, and how much of it this network can carry. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from "vue";

import { serverNow } from "@/lib/clock";
import { keepLocally, keptLocally, own } from "@/lib/kept";
import { useCardInStep } from "@/livestream/inStep";
import { reduceRoom, type Push } from "@/livestream/live";
import { looked, missedCues, unseen, type MissedCue, type Watched } from "@/livestream/missed";
import type { CardOut, LiveRoomOut } from "@/realtime/protocol.gen";
import type { TopicView } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

const LOOK_EACH_MS = 5_000;
const LEAN = "jobfair.live.lean";

export interface RoomHandle {
  view: ComputedRef<TopicView<LiveRoomOut> | null>;
  state: ComputedRef<LiveRoomOut | null>;
  card: ComputedRef<CardOut | null>;
  /** Set by the player: how far behind the studio it is, in ms; null without a picture. */
  delay: Ref<number | null>;
  missed: ComputedRef<MissedCue[]>;
  forgetMissed: () => void;
  /** Poor network: card, chat and questions without the picture. */
  lean: Ref<boolean>;
}

export function useRoom(id: () => number): RoomHandle {
  const { view } = useLogTopic<LiveRoomOut, Push>(() => `live:${id()}`, reduceRoom);
  const state = computed(() => view.value?.state ?? null);
  const delay = ref<number | null>(null);
  const card = useCardInStep(() => state.value?.shown.card ?? null, () => delay.value);
  const lean = ref(keptLocally<boolean>(LEAN) ?? (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false);
  watch(lean, (is) => {
    keepLocally(LEAN, is);
  });

  const name = (): string => own(`live.watched.${id()}`);
  const watched = ref<Watched | null>(keptLocally<Watched>(name()));
  const session = computed(() => state.value?.shown.session?.id ?? null);
  function look(): void {
    if (document.visibilityState !== "visible" || session.value === null) return;
    watched.value = looked(watched.value, session.value, serverNow());
    keepLocally(name(), watched.value);
  }
  const timer = setInterval(look, LOOK_EACH_MS);
  document.addEventListener("visibilitychange", look);
  watch(session, look, { immediate: true });
  onScopeDispose(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  });

  const missed = computed(() => missedCues(state.value?.shown.cues ?? [], watched.value?.session === session.value ? (watched.value?.away ?? []) : []));
  function forgetMissed(): void {
    watched.value = unseen(session.value, serverNow());
    keepLocally(name(), watched.value);
  }
  return { view, state, card, delay, missed, forgetMissed, lean };
}
