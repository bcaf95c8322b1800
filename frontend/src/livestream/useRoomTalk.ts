/** A room's chat on a page: its lines, one's own on their way, older ones, what has just come, and who may speak. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { useSession } from "@/accounts/store";
import { ApiError } from "@/http/client";
import { explain } from "@/http/explain";
import { serverNow } from "@/lib/clock";
import { newCommandId } from "@/lib/ids";
import type { Flying } from "@/livestream/components/DanmakuLayer.vue";
import { fetchOlderLines, say } from "@/livestream/talkApi";
import { reduceMyLive, reduceTalk, type TalkPush } from "@/livestream/talkLive";
import type { LiveLineOut, LiveTalkOut, MyLiveOut, MyStandingOut } from "@/realtime/protocol.gen";
import type { TopicStatus } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

/** One's own line that everyone does not see (yet). */
export interface OwnLine {
  cid: string;
  text: string;
  state: "sending" | "held" | "refused";
  why: string;
}

export interface RoomTalk {
  talk: ComputedRef<LiveTalkOut | null>;
  status: ComputedRef<TopicStatus | null>;
  lines: ComputedRef<LiveLineOut[]>;
  fresh: ShallowRef<readonly Flying[]>;
  own: Ref<OwnLine[]>;
  isOwn: (id: number) => boolean;
  hasOlder: ComputedRef<boolean>;
  older: () => Promise<void>;
  silenced: ComputedRef<MyStandingOut | null>;
  /** Milliseconds (server's clock) until which slow mode asks one to wait. */
  waitsUntil: Ref<number>;
  post: (text: string) => void;
  again: (cid: string) => void;
  dismiss: (cid: string) => void;
}

export function useRoomTalk(room: () => number, isOn: () => boolean = () => true): RoomTalk {
  const session = useSession();
  const { view } = useLogTopic<LiveTalkOut, TalkPush>(() => (isOn() ? `live:${room()}:talk` : null), reduceTalk);
  const mine = useLogTopic<MyLiveOut, TalkPush>(
    () => (session.isSignedIn && session.user !== null ? `user:${session.user.id}:live` : null),
    reduceMyLive,
  );
  const talk = computed(() => view.value?.state ?? null);
  const live = computed(() => talk.value?.lines ?? []);
  const sending = useSending(room);
  const silenced = computed(() => mine.view.value?.state?.silenced.find((one) => one.room_id === room()) ?? null);
  return {
    talk,
    status: computed(() => view.value?.status ?? null),
    fresh: useFresh(talk, sending.isOwn),
    silenced,
    ...useOlder(room, live),
    ...sending,
  };
}

/** What has come since the page last looked; not what a snapshot brought. */
function useFresh(talk: ComputedRef<LiveTalkOut | null>, isOwn: (id: number) => boolean): ShallowRef<readonly Flying[]> {
  const fresh = shallowRef<readonly Flying[]>([]);
  watch(talk, (now, before) => {
    if (now === null || before === null || now.room_id !== before.room_id) return;
    const known = new Set(before.lines.map((line) => line.id));
    const since = Date.parse(before.lines.at(-1)?.at ?? "1970-01-01");
    const came = now.lines.filter((line) => !known.has(line.id) && Date.parse(line.at) >= since);
    if (came.length > 0 && came.length < 60) fresh.value = came.map((line) => ({ id: line.id, text: line.text, own: isOwn(line.id) }));
  });
  return fresh;
}

function useOlder(room: () => number, live: ComputedRef<LiveLineOut[]>): Pick<RoomTalk, "lines" | "hasOlder" | "older"> {
  const read = shallowRef<LiveLineOut[]>([]);
  const isEnd = ref(false);
  watch(room, () => {
    read.value = [];
    isEnd.value = false;
  });
  const lines = computed(() => {
    const known = new Set(live.value.map((line) => line.id));
    return [...read.value.filter((line) => !known.has(line.id)), ...live.value];
  });
  async function older(): Promise<void> {
    const page = await fetchOlderLines(room(), lines.value[0]?.id ?? null);
    read.value = [...[...page.items].reverse(), ...read.value];
    isEnd.value = page.next === null;
  }
  return { lines, hasOlder: computed(() => live.value.length >= 50 && !isEnd.value), older };
}

function useSending(room: () => number): Pick<RoomTalk, "own" | "isOwn" | "waitsUntil" | "post" | "again" | "dismiss"> {
  const { t } = useI18n();
  const own = ref<OwnLine[]>([]);
  const waitsUntil = ref(0);
  const said = new Set<number>();
  const change = (cid: string, to: Partial<OwnLine> | null): void => {
    own.value = to === null ? own.value.filter((one) => one.cid !== cid) : own.value.map((one) => (one.cid === cid ? { ...one, ...to } : one));
  };
  async function go(cid: string, text: string): Promise<void> {
    try {
      const done = await say(room(), cid, text);
      said.add(done.id);
      if (done.state === "held") change(cid, { state: "held", text: done.text });
      else change(cid, done.state === "shown" ? null : { state: "refused", why: t("talk.notShown") });
    } catch (error) {
      if (error instanceof ApiError && error.retryAfter !== null) waitsUntil.value = serverNow() + error.retryAfter * 1000;
      change(cid, { state: "refused", why: explain(error, t) });
    }
  }
  return {
    own,
    waitsUntil,
    isOwn: (id) => said.has(id),
    post(text) {
      const cid = newCommandId();
      own.value = [...own.value, { cid, text, state: "sending", why: "" }];
      void go(cid, text);
    },
    again(cid) {
      const one = own.value.find((line) => line.cid === cid);
      if (one === undefined) return;
      change(cid, { state: "sending", why: "" });
      void go(cid, one.text);
    },
    dismiss(cid) {
      change(cid, null);
    },
  };
}
