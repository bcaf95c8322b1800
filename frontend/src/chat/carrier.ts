/** Lines go by the socket while it is there and by HTTP when not. Both know a repeat by the line's id. */
import { ApiError } from "@/http/client";
import type { Entry } from "@/http/outbox";
import { carriers, overHttp } from "@/http/pageOutbox";
import { SocketRefusal } from "@/realtime/channel";
import { socket } from "@/realtime/page";

export const SAY = "chat.say";
const PATH = /^\/conversations\/(\d+)\/messages\/([\w-]+)$/;

export function carryLines(): void {
  carriers.set(SAY, say);
}

async function say(entry: Entry): Promise<unknown> {
  const [, id, cid] = PATH.exec(entry.path) ?? [];
  if (id === undefined || cid === undefined || socket.connection.state !== "connected") return overHttp(entry);
  const { text } = entry.body as { text: string };
  try {
    return await socket.request("chat.post_message", { cid, args: { conversation_id: Number(id), text } });
  } catch (error) {
    // What the rules of chat refuse is refused; anything else is asked again by HTTP, which says it better.
    if (error instanceof SocketRefusal && error.code.startsWith("chat.")) throw new ApiError(409, error.code, error.message, {}, error.retryAfter);
    return overHttp(entry);
  }
}
