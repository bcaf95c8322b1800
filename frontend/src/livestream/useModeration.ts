/** A moderator's view of a room: what is on screen, what waits, who is muted, and the acts on them. */
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";

import { useAttempt } from "@/http/useAttempt";
import { deleteLine, lift, pinLine, setTalk, settleHeld, silence } from "@/livestream/talkApi";
import { reduceModeration, type TalkPush } from "@/livestream/talkLive";
import { useRoomTalk, type RoomTalk } from "@/livestream/useRoomTalk";
import type { LiveLineOut, ModerationOut } from "@/realtime/protocol.gen";
import type { TopicStatus } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

export type Silence = 5 | 30 | 120 | 1440 | null;

/** Whom one is about to mute: by a line of theirs, on screen or waiting. */
export interface Speaker {
  line: number;
  name: string;
  text: string;
}

export interface Moderation {
  talk: RoomTalk;
  moderation: ComputedRef<ModerationOut | null>;
  status: ComputedRef<TopicStatus | null>;
  chosen: ComputedRef<LiveLineOut | null>;
  choose: (id: number | null) => void;
  step: (by: 1 | -1) => void;
  silencing: Ref<Speaker | null>;
  /** Ask how long; null: not after all. */
  mute: (speaker: Speaker | null) => void;
  busy: Ref<boolean>;
  problem: Ref<string>;
  pin: () => Promise<unknown>;
  unpin: () => Promise<unknown>;
  remove: () => Promise<unknown>;
  settle: (line: number, show: boolean) => Promise<unknown>;
  silence: (minutes: Silence, reason: string, deleteLines: boolean) => Promise<unknown>;
  lift: (sanction: number) => Promise<unknown>;
  set: (slow: number, closed: boolean) => Promise<unknown>;
}

export function useModeration(room: () => number): Moderation {
  const talk = useRoomTalk(room);
  const { view } = useLogTopic<ModerationOut, TalkPush>(() => `live:${room()}:moderation`, reduceModeration);
  const { busy, problem, attempt } = useAttempt();
  const chosenId = ref<number | null>(null);
  const silencing = ref<Speaker | null>(null);
  const chosen = computed(() => talk.lines.value.find((line) => line.id === chosenId.value) ?? null);
  watch(room, () => {
    chosenId.value = null;
    silencing.value = null;
  });

  function step(by: 1 | -1): void {
    const lines = talk.lines.value;
    const at = lines.findIndex((line) => line.id === chosenId.value);
    const to = at === -1 ? lines.length - 1 : Math.min(lines.length - 1, Math.max(0, at + by));
    chosenId.value = lines[to]?.id ?? null;
  }

  /** The next line is chosen before this one goes, so that a hand on the keys can go on. */
  async function remove(): Promise<unknown> {
    const line = chosen.value;
    if (line === null) return;
    const done = await attempt(() => deleteLine(line.id));
    if (done) chosenId.value = null;
    return done;
  }

  return {
    talk,
    moderation: computed(() => view.value?.state ?? null),
    status: computed(() => view.value?.status ?? null),
    chosen,
    choose(id) {
      chosenId.value = id;
    },
    step,
    silencing,
    mute(speaker) {
      silencing.value = speaker;
    },
    busy,
    problem,
    remove,
    pin: () => attempt(() => pinLine(room(), chosen.value?.id ?? null)),
    unpin: () => attempt(() => pinLine(room(), null)),
    settle: (line, show) => attempt(() => settleHeld(line, show)),
    async silence(minutes, reason, deleteLines) {
      const speaker = silencing.value;
      if (speaker === null) return;
      if (await attempt(() => silence(speaker.line, minutes, reason, deleteLines))) silencing.value = null;
    },
    lift: (sanction) => attempt(() => lift(room(), sanction)),
    set: (slow, closed) => attempt(() => setTalk(room(), slow, closed)),
  };
}
