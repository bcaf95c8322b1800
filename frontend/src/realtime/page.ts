/** This page's socket, its way round by HTTP, and what wakes both. */
import { ApiError, get, shownUser } from "@/http/client";
import { syncClock } from "@/lib/clock";
import { newCommandId } from "@/lib/ids";
import { keepLocally, keptLocally } from "@/lib/kept";
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

const DEVICE = "jobfair.device";

/** By which nobody in particular is counted once in an audience: random, kept on this device, known to nothing else. */
function device(): string {
  const kept = keptLocally<string>(DEVICE);
  if (kept !== null) return kept;
  const made = newCommandId();
  keepLocally(DEVICE, made);
  return made;
}

/** It says whom the page shows: the server closes it, as signed out, where the session has become another's. */
function address(): string {
  const user = shownUser();
  const who = user === null ? `device=${device()}` : `user=${user}`;
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/?${who}`;
}

export const socket = new RealtimeSocket({
  url: address,
  fetchStream,
  onBeat: (beat) => {
    syncClock(beat.now);
  },
});
