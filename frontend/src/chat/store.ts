import { computed, watch, type ComputedRef } from "vue";

import { useSession } from "@/accounts/store";
import { markSeen } from "@/chat/api";
import { reduceChats, type Push } from "@/chat/live";
import type { ChatRow, DeskChatsOut, MyChatsOut } from "@/realtime/protocol.gen";
import type { TopicStatus } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

const EVERYTHING = 2 ** 52;

export interface ChatList {
  chats: ComputedRef<ChatRow[] | null>;
  unread: ComputedRef<number>;
  status: ComputedRef<TopicStatus | null>;
}

/** One's own conversations, live; null while not known. */
export function useMyChats(): ChatList {
  const session = useSession();
  const { view } = useLogTopic<MyChatsOut, Push>(
    () => (session.isSignedIn && session.user !== null ? `user:${session.user.id}:chats` : null),
    reduceChats,
  );
  return list(computed(() => view.value?.state?.chats ?? null), computed(() => view.value?.status ?? null), "booth");
}

/** The conversations of a place one answers for. Being on the list is being at the desk. */
export function useDeskChats(topic: () => string): ChatList {
  const { view } = useLogTopic<DeskChatsOut, Push>(() => `${topic()}:chats`, reduceChats);
  return list(computed(() => view.value?.state?.chats ?? null), computed(() => view.value?.status ?? null), "seeker");
}

/** What has come to this device has been delivered, though nobody has opened it yet. */
function list(chats: ComputedRef<ChatRow[] | null>, status: ComputedRef<TopicStatus | null>, others: "seeker" | "booth"): ChatList {
  const told = new Map<number, string>();
  watch(
    chats,
    (rows) => {
      for (const { conversation, last, unread } of rows ?? []) {
        if (unread === 0 || last === null || last.side !== others || told.get(conversation.id) === last.at) continue;
        told.set(conversation.id, last.at);
        void markSeen(conversation.id, EVERYTHING, 0).catch(() => told.delete(conversation.id));
      }
    },
    { immediate: true },
  );
  return { chats, status, unread: computed(() => (chats.value ?? []).reduce((sum, one) => sum + one.unread, 0)) };
}
