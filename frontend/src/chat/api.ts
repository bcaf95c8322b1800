import { ApiError, commandNow, csrf, get, NetworkError, post, put, shownUser } from "@/http/client";
import type {
  CannedRepliesOut,
  ChatComplaintOut,
  ChatComplaintsPage,
  ChatDeskOut,
  ChatMessageOut,
  ChatsPage,
  ChatWithOut,
  ConversationOut,
  MessagesPage,
  ReportChatIn,
} from "@/http/schema.gen";
import { socket } from "@/realtime/page";

export const FILE_LARGEST = 10 * 1024 * 1024;

export const fetchPlace = (topic: string): Promise<ChatWithOut> => get(`/chat-places/${topic}`);
export const openConversation = (topic: string): Promise<ConversationOut> => commandNow("/conversations", { topic });
export const fetchOlder = (id: number, before: number | null, q = ""): Promise<MessagesPage> => {
  const query = new URLSearchParams({ q });
  if (before !== null) query.set("cursor", String(before));
  return get(`/conversations/${id}/messages?${query.toString()}`);
};
export const linePath = (id: number, cid: string): string => `/conversations/${id}/messages/${cid}`;
export const withdrawLine = (id: number, message: number): Promise<ChatMessageOut> => commandNow(`/conversations/${id}/messages/${message}/withdraw`);
export const change = (id: number, verb: "claim" | "settle" | "block" | "unblock"): Promise<ConversationOut> => commandNow(`/conversations/${id}/${verb}`);
export const transfer = (id: number, to: number): Promise<ConversationOut> => commandNow(`/conversations/${id}/transfer`, { user_id: to });
export const report = (id: number, body: ReportChatIn): Promise<ChatComplaintOut> => commandNow(`/conversations/${id}/report`, body);
export const fetchComplaint = (id: number): Promise<ChatComplaintOut> => get(`/conversations/${id}/complaint`);
export const fetchComplaints = (fair: number, only: "open" | "", cursor: number | null = null): Promise<ChatComplaintsPage> =>
  get(`/chat-complaints/fair:${fair}?${new URLSearchParams({ only, ...(cursor === null ? {} : { cursor: String(cursor) }) }).toString()}`);
export const answerComplaint = (id: number, state: "upheld" | "dismissed", answer: string, muteHours: number): Promise<ChatComplaintOut> =>
  commandNow(`/chat-complaints/${id}/answer`, { state, answer, mute_hours: muteHours });
export const fetchDesk = (topic: string): Promise<ChatDeskOut> => get(`/chat-desks/${topic}`);
export const findConversations = (topic: string, q: string, cursor: string | null = null): Promise<ChatsPage> =>
  get(`/chat-desks/${topic}/conversations?${new URLSearchParams({ q, ...(cursor === null ? {} : { cursor }) }).toString()}`);
export const saveCanned = (topic: string, texts: string[]): Promise<CannedRepliesOut> => put(`/chat-desks/${topic}/canned-replies`, { texts });

/** Tell that this device has the other side's lines up to one id and its person has read them up to another. */
export function markSeen(id: number, deliveredTo: number, readTo: number): Promise<unknown> {
  return command("chat.mark_seen", { conversation_id: id, delivered_to: deliveredTo, read_to: readTo });
}

/** Worth nothing a few seconds later, so it goes by the socket or not at all. */
export function sayTyping(id: number): void {
  if (socket.connection.state === "connected") void socket.request("chat.say_typing", { cid: `typing-${id}`, args: { conversation_id: id } }).catch(() => undefined);
}

function command(name: string, args: Record<string, unknown>): Promise<unknown> {
  const cid = `seen-${Date.now()}`;
  if (socket.connection.state === "connected") return socket.request(name, { cid, args });
  return post(`/commands/${name}`, { cid, args });
}

/** A picture or PDF, with progress 0–1. The same `cid` again is the same line. */
export function sendFile(id: number, cid: string, file: File, onProgress: (share: number) => void): Promise<ChatMessageOut> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    const user = shownUser();
    body.append("file", file);
    request.open("POST", `/api/conversations/${id}/files/${cid}`);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("X-CSRFToken", csrf());
    if (user !== null) request.setRequestHeader("X-Expected-User", String(user));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as ChatMessageOut);
      else reject(refusalOf(request));
    };
    request.onerror = () => {
      reject(new NetworkError());
    };
    request.send(body);
  });
}

function refusalOf(request: XMLHttpRequest): Error {
  try {
    const { error } = JSON.parse(request.responseText) as { error: { code: string; message: string; fields?: Record<string, string>; retry_after?: number | null } };
    return new ApiError(request.status, error.code, error.fields?.["file"] ?? error.message, error.fields ?? {}, error.retry_after ?? null);
  } catch {
    return new NetworkError();
  }
}
