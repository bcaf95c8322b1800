/** This page's socket, its way round by HTTP, and what wakes both. */
import { ApiError, get, shownUser } from "@/http/client";
import { syncClock } from "@/lib/clock";
import { ConnectionLost, SocketRefusal } from "@/realtime/channel";
import type { JoinOk, Since } from "@/realtime/protocol.gen";
import { RealtimeSocket } from "@/realtime/socket";

async function fetchStream(topic: string, since: Since | null): Promise<JoinOk> {
  const query = since === null ? "" : `?epoch=${encodeURIComponent(since.epoch)}&offset=${since.offset}`;
  try {
    return await get<JoinOk>(`/streams/${topic}${query}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status >= 500) throw new ConnectionLost();
    throw new SocketRefusal(error.code, error.message, error.retryAfter);
  }
}

/** It says whom the page shows: the server closes it, as signed out, where the session has become another's. */
function address(): string {
  const user = shownUser();
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${user === null ? "" : `?user=${user}`}`;
}

export const socket = new RealtimeSocket({
  url: address,
  fetchStream,
  onBeat: (beat) => {
    syncClock(beat.now);
  },
});
