/** A room's questions on a page: with everyone's voices as they are now, and what one waits for oneself. */
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";

import { useSession } from "@/accounts/store";
import { useAttempt } from "@/http/useAttempt";
import { newCommandId } from "@/lib/ids";
import { ask, back, fetchMine } from "@/livestream/questionsApi";
import { byVoices, reduceQuestions, type QuestionsPush } from "@/livestream/questionsLive";
import type { QuestionOut, RoomQuestionsOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

export interface RoomQuestions {
  known: ComputedRef<boolean>;
  open: ComputedRef<QuestionOut[]>;
  answered: ComputedRef<QuestionOut[]>;
  mine: Ref<ReadonlySet<number>>;
  /** What became of the question asked last. */
  asked: Ref<"" | "open" | "held">;
  busy: Ref<boolean>;
  problem: Ref<string>;
  ask: (text: string, position: number | null) => Promise<boolean>;
  back: (question: number) => Promise<boolean>;
}

const reduce = reduceQuestions<RoomQuestionsOut>(byVoices);

export function useRoomQuestions(room: () => number, voices: () => Record<string, number> | null): RoomQuestions {
  const session = useSession();
  const { view } = useLogTopic<RoomQuestionsOut, QuestionsPush>(() => `live:${room()}:questions`, reduce);
  const { busy, problem, attempt } = useAttempt();
  const mine = ref<ReadonlySet<number>>(new Set());
  const asked = ref<"" | "open" | "held">("");
  let sending = { text: "", cid: "" };
  watch(
    [room, () => session.user?.id, () => session.isSignedIn],
    async () => {
      mine.value = new Set();
      if (!session.isSignedIn) return;
      try {
        mine.value = new Set((await fetchMine(room())).question_ids);
      } catch {
        // Then +1 may be pressed again, which changes nothing.
      }
    },
    { immediate: true },
  );
  const open = computed(() => {
    const now = voices();
    const shown = view.value?.state?.open ?? [];
    return now === null ? shown : shown.map((one) => ({ ...one, voices: now[String(one.id)] ?? one.voices })).sort(byVoices);
  });

  function own(id: number): void {
    mine.value = new Set([...mine.value, id]);
  }
  return {
    known: computed(() => view.value?.state != null),
    open,
    answered: computed(() => view.value?.state?.answered ?? []),
    mine,
    asked,
    busy,
    problem,
    ask(text, position) {
      // A question that got no answer is asked again under its own id.
      if (sending.text !== text) sending = { text, cid: newCommandId() };
      return attempt(async () => {
        const done = await ask(room(), sending.cid, text, position);
        sending = { text: "", cid: "" };
        asked.value = done.state === "held" ? "held" : "open";
        own(done.id);
      });
    },
    back: (question) =>
      attempt(async () => {
        await back(question);
        own(question);
      }),
  };
}
