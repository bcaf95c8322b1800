/** The card that belongs to the frame a viewer sees: the studio's change shows once the player has got there. */
import { computed, ref, watch, type ComputedRef } from "vue";

import { useNow } from "@/lib/clock";
import type { CardOut } from "@/realtime/protocol.gen";

interface Change {
  card: CardOut | null;
  at: number;
}

const LONGEST_MS = 60_000; // a delay beyond this is no delay but a player that stands still

/** The newest change that the frame at `instant` already knows; what is older than that is dropped. */
export function caughtUp(changes: readonly Change[], instant: number): Change[] {
  let due = 0;
  changes.forEach((one, place) => {
    if (one.at <= instant) due = place;
  });
  return changes.slice(due);
}

/** `delay`: how far the player is behind the studio, in ms; null without a picture: changes show at once. */
export function useCardInStep(card: () => CardOut | null, delay: () => number | null): ComputedRef<CardOut | null> {
  const now = useNow(250);
  const changes = ref<Change[]>([]);
  watch(
    card,
    (next) => {
      const at = next === null ? now.value : Date.parse(next.started_at);
      const last = changes.value.at(-1);
      // A correction of the card that is there already belongs to it and needs no waiting.
      if (last?.card && next?.airing_id === last.card.airing_id) changes.value = [...changes.value.slice(0, -1), { card: next, at: last.at }];
      else changes.value = [...changes.value, { card: next, at }];
    },
    { immediate: true },
  );
  watch([now, delay], () => {
    changes.value = caughtUp(changes.value, now.value - Math.min(delay() ?? 0, LONGEST_MS));
  });
  return computed(() => changes.value[0]?.card ?? null);
}
