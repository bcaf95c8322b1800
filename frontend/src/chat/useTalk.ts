/** One conversation on a page: its lines, what waits to be sent, older ones, who writes, and what has been read. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { useSession } from "@/accounts/store";
import { fetchOlder, linePath, markSeen, sayTyping, sendFile } from "@/chat/api";
import { carryLines, SAY } from "@/chat/carrier";
import { reduceChat, type Push } from "@/chat/live";
import { explain } from "@/http/explain";
import { isOpen, type Sending } from "@/http/outbox";
import { outbox } from "@/http/pageOutbox";
import { newCommandId } from "@/lib/ids";
import type { ChatMessageOut, ChatOut } from "@/realtime/protocol.gen";
import type { TopicStatus } from "@/realtime/topic";
import { useGaugeTopic, useLogTopic } from "@/realtime/useTopic";

const KEEP_MS = 12 * 3_600_000; // a line said this morning still means what it says tonight
const TYPING_MS = 3_000;

/** A line of one's own that the server has not acknowledged. */
export interface PendingLine {
  key: string;
  cid: string;
  text: string;
  state: "sending" | "refused";
  why: string;
}

export interface PendingFile {
  cid: string;
  file: File;
  share: number;
  why: string;
}

export interface Talk {
  chat: ComputedRef<ChatOut | null>;
  status: ComputedRef<TopicStatus | null>;
  lines: ComputedRef<ChatMessageOut[]>;
  hasOlder: ComputedRef<boolean>;
  older: () => Promise<void>;
  pending: ComputedRef<PendingLine[]>;
  files: Ref<PendingFile[]>;
  theyWrite: ComputedRef<boolean>;
  say: (text: string) => void;
  type: () => void;
  attach: (file: File) => void;
  resend: (cid: string) => void;
  dismiss: (key: string) => void;
}

export function useTalk(id: () => number): Talk {
  carryLines();
  const session = useSession();
  const { view } = useLogTopic<ChatOut, Push>(() => `chat:${id()}`, reduceChat);
  const typing = useGaugeTopic<boolean>(() => `chat:${id()}:typing`);
  const chat = computed(() => view.value?.state ?? null);
  const { lines, hasOlder, older } = useLines(id, chat);
  const mine = computed(() => (chat.value?.me === "seeker" ? "seeker" : "booth"));
  const theirs = computed(() => (mine.value === "seeker" ? "booth" : "seeker"));
  useReading(id, chat, theirs);
  let typedAt = 0;

  return {
    chat,
    status: computed(() => view.value?.status ?? null),
    lines,
    hasOlder,
    older,
    pending: usePending(id, lines),
    theyWrite: computed(() => typing.view.value?.state?.[theirs.value] === true),
    say(text) {
      const cid = newCommandId();
      typedAt = 0;
      const about = chat.value?.conversation.place.title ?? "";
      void outbox.send({ kind: SAY, object: `chat:${id()}`, path: linePath(id(), cid), body: { text }, about, keepMs: KEEP_MS }).catch(() => undefined);
    },
    type() {
      if (Date.now() - typedAt < TYPING_MS || session.user === null) return;
      typedAt = Date.now();
      sayTyping(id());
    },
    dismiss: (key) => {
      outbox.dismiss(key);
    },
    ...useFiles(id, lines),
  };
}

/** The live fifty and the older ones read so far; a line once shown stays while it is older than the live ones. */
function useLines(id: () => number, chat: ComputedRef<ChatOut | null>): Pick<Talk, "lines" | "hasOlder" | "older"> {
  const read = shallowRef<ChatMessageOut[]>([]);
  const isEnd = ref(false);
  watch(id, () => {
    read.value = [];
    isEnd.value = false;
  });
  const live = computed(() => chat.value?.messages ?? []);
  // A withdrawal makes the topic start over; what was read before may hold the line, so it is read anew.
  watch(live, (now, before) => {
    const first = now[0]?.id ?? 0;
    const dropped = before.filter((one) => one.id < first);
    const gone = before.some((one) => one.id >= first && !now.some((other) => other.id === one.id));
    if (gone) read.value = [];
    else if (dropped.length > 0) read.value = [...read.value, ...dropped];
  });
  const lines = computed(() => {
    const first = live.value[0]?.id ?? Infinity;
    return [...read.value.filter((one) => one.id < first), ...live.value];
  });
  const hasOlder = computed(() => chat.value?.has_older === true && !isEnd.value);
  async function older(): Promise<void> {
    const page = await fetchOlder(id(), lines.value[0]?.id ?? null);
    read.value = [...page.items, ...read.value];
    isEnd.value = page.next === null;
  }
  return { lines, hasOlder, older };
}

function usePending(id: () => number, lines: ComputedRef<ChatMessageOut[]>): ComputedRef<PendingLine[]> {
  const { t } = useI18n();
  const shown = (one: Sending): PendingLine => ({
    key: one.entry.key,
    cid: one.entry.path.split("/").at(-1) ?? "",
    text: (one.entry.body as { text: string }).text,
    state: isOpen(one.phase) || one.phase === "delivered" ? "sending" : "refused",
    why: one.problem === null ? "" : explain(one.problem, t),
  });
  return computed(() => {
    const known = new Set(lines.value.map((one) => one.cid));
    const own = outbox.sendings.filter(({ entry }) => entry.kind === SAY && entry.object === `chat:${id()}`);
    return own.map(shown).filter((one) => !known.has(one.cid));
  });
}

/** Say what has come and what was read, once each; read is what stands on a page that can be seen. */
function useReading(id: () => number, chat: ComputedRef<ChatOut | null>, theirs: ComputedRef<string>): void {
  const isVisible = ref(document.visibilityState === "visible");
  const look = (): void => {
    isVisible.value = document.visibilityState === "visible";
  };
  document.addEventListener("visibilitychange", look);
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", look);
  });
  let told = "";
  watch(
    [chat, isVisible],
    () => {
      if (chat.value === null || chat.value.me === "organiser") return;
      const unread = chat.value.messages.filter((one) => one.side === theirs.value && one.read_at === null && one.withdrawn_at === null);
      const top = unread.at(-1)?.id ?? 0;
      const what = `${id()}:${top}:${isVisible.value}`;
      if (top === 0 || what === told) return;
      told = what;
      void markSeen(id(), top, isVisible.value ? top : 0).catch(() => {
        told = "";
      });
    },
    { immediate: true },
  );
}

/** Files stay with the page until they have gone; a repeat under the same id is the same line. */
function useFiles(id: () => number, lines: ComputedRef<ChatMessageOut[]>): Pick<Talk, "files" | "attach" | "resend"> {
  const { t } = useI18n();
  const files = ref<PendingFile[]>([]) as Ref<PendingFile[]>;
  const change = (cid: string, to: Partial<PendingFile>): void => {
    files.value = files.value.map((one) => (one.cid === cid ? { ...one, ...to } : one));
  };
  async function go(cid: string, file: File): Promise<void> {
    change(cid, { share: 0, why: "" });
    try {
      await sendFile(id(), cid, file, (share) => {
        change(cid, { share });
      });
    } catch (error) {
      change(cid, { why: explain(error, t) });
    }
  }
  watch(lines, (now) => {
    const known = new Set(now.map((one) => one.cid));
    if (files.value.some((one) => known.has(one.cid))) files.value = files.value.filter((one) => !known.has(one.cid));
  });
  return {
    files,
    attach(file) {
      const cid = newCommandId();
      files.value = [...files.value, { cid, file, share: 0, why: "" }];
      void go(cid, file);
    },
    resend(cid) {
      const one = files.value.find((file) => file.cid === cid);
      if (one !== undefined) void go(cid, one.file);
    },
  };
}
