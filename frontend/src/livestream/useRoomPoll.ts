/** A room's poll on a page: its bars as they are now, what one chose, and choosing. */
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";
import { useRoute, useRouter } from "vue-router";

import { useSession } from "@/accounts/store";
import { useAttempt } from "@/http/useAttempt";
import { fetchMyVote, vote, type Voted } from "@/livestream/pollsApi";
import { barsOf, reducePoll, type Bar, type Bars, type PollPush } from "@/livestream/pollsLive";
import { keepPressed, takePressed } from "@/livestream/pressed";
import type { PollOut, RoomPollOut } from "@/realtime/protocol.gen";
import { useGaugeTopic, useLogTopic } from "@/realtime/useTopic";

export interface RoomPoll {
  poll: ComputedRef<PollOut | null>;
  bars: ComputedRef<Bar[]>;
  mine: Ref<number | null>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  choose: (choice: number) => Promise<void>;
}

export function useRoomPoll(room: () => number): RoomPoll {
  const { view } = useLogTopic<RoomPollOut, PollPush>(() => `live:${room()}:poll`, reducePoll);
  const gauge = useGaugeTopic<unknown>(() => `live:${room()}:figures`);
  const session = useSession();
  const [route, router] = [useRoute(), useRouter()];
  const { busy, problem, attempt } = useAttempt();
  const mine = ref<number | null>(null);
  const fresh = ref<Voted | null>(null); // what one's own vote was answered with, until the gauge has it too
  const poll = computed(() => view.value?.state?.poll ?? null);
  const told = computed(() => (gauge.view.value?.state?.["poll"] as Bars | null | undefined) ?? null);
  const bars = computed(() => {
    if (poll.value === null) return [];
    const own = fresh.value;
    const now = own === null ? told.value : { id: own.poll_id, counts: Object.fromEntries(own.counts.map((one) => [one.choice_id, one.votes])) };
    return barsOf(poll.value, now);
  });
  watch(told, () => {
    fresh.value = null;
  });

  async function send(choice: number): Promise<void> {
    const id = poll.value?.id;
    if (id === undefined) return;
    await attempt(async () => {
      const done = await vote(id, choice);
      fresh.value = done;
      mine.value = done.choice_id;
    });
  }

  watch(
    [() => poll.value?.id, () => session.user?.id, () => session.isSignedIn],
    async ([id]) => {
      mine.value = null;
      if (id === undefined || !session.isSignedIn) return;
      const pressed = takePressed("vote", id);
      if (pressed?.choice !== undefined) {
        await send(pressed.choice);
        return;
      }
      try {
        const found = await fetchMyVote(room());
        if (found.poll_id === poll.value?.id) mine.value ??= found.choice_id; // what was pressed meanwhile is newer
      } catch {
        // Then it may be chosen again, which changes nothing.
      }
    },
    { immediate: true },
  );

  async function choose(choice: number): Promise<void> {
    const it = poll.value;
    if (it?.state !== "open" || busy.value || mine.value === choice) return;
    if (session.isSignedIn) {
      await send(choice);
      return;
    }
    keepPressed({ what: "vote", id: it.id, choice });
    await router.push({ path: "/sign-in", query: { next: route.fullPath } });
  }
  return { poll, bars, mine, busy, problem, choose };
}
