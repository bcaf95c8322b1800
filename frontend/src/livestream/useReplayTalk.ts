/** An earlier broadcast's chat, in step with its picture; a line that is deleted meanwhile goes from here, too. */
import { computed, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue";

import type { Flying } from "@/livestream/components/DanmakuLayer.vue";
import { joined, saidBetween, saidBy, wanted, type Held } from "@/livestream/replayTalk";
import { fetchLinesAt } from "@/livestream/talkApi";
import { reduceTalk, type TalkPush } from "@/livestream/talkLive";
import type { LiveLineOut, LiveTalkOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

const AGAIN_MS = 5_000;

export interface ReplayTalk {
  lines: ComputedRef<LiveLineOut[]>;
  fresh: ShallowRef<readonly Flying[]>;
}

/** `session` null: nothing is replayed. */
export function useReplayTalk(room: () => number, session: () => number | null, instant: () => number | null): ReplayTalk {
  const held = shallowRef<Held | null>(null);
  const fresh = shallowRef<readonly Flying[]>([]);
  const notBefore = ref(0);
  let reading = 0;

  async function read(since: number, isNew: boolean): Promise<void> {
    const [mine, of, broadcast] = [++reading, room(), session()];
    if (broadcast === null) return;
    notBefore.value = Date.now() + AGAIN_MS;
    const came = await fetchLinesAt(of, broadcast, new Date(since).toISOString()).catch(() => null);
    if (mine !== reading || came === null) return;
    held.value = joined(isNew ? null : held.value, since, came);
    notBefore.value = 0;
  }

  watch(session, () => {
    reading += 1;
    held.value = null;
    notBefore.value = 0;
  });
  watch(instant, (now, before) => {
    if (now === null || session() === null) return;
    const since = wanted(held.value, now);
    if (since !== null && Date.now() >= notBefore.value) void read(since, false);
    const came = saidBetween(held.value, before ?? null, now);
    if (came.length > 0) fresh.value = came.map((line) => ({ id: line.id, text: line.text, own: false }));
  });

  // The room's own topic tells of deletions: whatever changed there but by a newer line is read again.
  const { view } = useLogTopic<LiveTalkOut, TalkPush>(() => (session() === null ? null : `live:${room()}:talk`), reduceTalk);
  const newest = (talk: LiveTalkOut | null | undefined): number => talk?.lines.at(-1)?.id ?? 0;
  watch(
    () => view.value?.state,
    (talk, before) => {
      if (talk != null && before != null && newest(talk) <= newest(before) && held.value !== null) void read(held.value.from, true);
    },
  );
  return { lines: computed(() => saidBy(held.value, instant() ?? 0)), fresh };
}
