/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { ChatMessageOut, ChatOut, ChatRow, Pushes } from "@/realtime/protocol.gen";

export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];
export interface Chats { chats: ChatRow[] }

const NEWEST = 50;

/** `chat:<id>`: the newest fifty lines, oldest first. What is older has been shown, and is kept by the page. */
export function reduceChat(chat: ChatOut, push: Push): ChatOut {
  switch (push.is) {
    case "chat.message_posted": {
      const { message } = push.data;
      const others = chat.messages.filter((one) => one.id !== message.id);
      const messages = [...others, message].sort((one, other) => one.id - other.id);
      return { ...chat, messages: messages.slice(-NEWEST), has_older: chat.has_older || messages.length > NEWEST };
    }
    case "chat.messages_seen":
      return { ...chat, messages: chat.messages.map((one) => seen(one, push.data)) };
    case "chat.conversation_changed":
      return { ...chat, conversation: push.data.conversation };
    default:
      return chat;
  }
}

function seen(one: ChatMessageOut, data: Pushes["chat.messages_seen"]): ChatMessageOut {
  if (one.side === data.side || one.withdrawn_at !== null) return one;
  const delivered = one.delivered_at ?? (one.id <= data.delivered_to ? data.at : null);
  const read = one.read_at ?? (one.id <= data.read_to ? data.at : null);
  return { ...one, delivered_at: delivered, read_at: read };
}

/** `user:<id>:chats` and `<place>:chats`: the fifty spoken in last, the newest first. */
export function reduceChats<S extends Chats>(mine: S, push: Push): S {
  if (push.is !== "chat.my_chat_changed" && push.is !== "chat.desk_chat_changed") return mine;
  const { chat } = push.data;
  const others = mine.chats.filter((one) => one.conversation.id !== chat.conversation.id);
  return { ...mine, chats: [...others, chat].sort(byLast).slice(0, NEWEST) };
}

function byLast(one: ChatRow, other: ChatRow): number {
  const [mine, theirs] = [one.last?.at ?? "", other.last?.at ?? ""];
  if (mine !== theirs) return mine < theirs ? 1 : -1;
  return other.conversation.id - one.conversation.id;
}
