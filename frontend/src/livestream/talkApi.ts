/** What a room's chat asks of the server. Lines and likes go by the socket, and by HTTP where it is away. */
import { ApiError, commandNow, get, post } from "@/http/client";
import type { DoneOut, FilterWordsOut, LinesPage, LiveLineOut, LiveTalkStateOut } from "@/http/schema.gen";
import { newCommandId } from "@/lib/ids";
import { ConnectionLost, SocketRefusal } from "@/realtime/channel";
import { socket } from "@/realtime/page";
import type { LiveLineOut as ToldLine } from "@/realtime/protocol.gen";

/** What became of one's own line. */
export interface Said {
  id: number;
  state: "shown" | "held" | "refused" | "deleted";
  text: string;
  line: ToldLine | null;
}

const TRIES = 4;
const BUSY = "core.busy";

export const fetchOlderLines = (room: number, before: number | null): Promise<LinesPage> =>
  get(`/rooms/${room}/lines${before === null ? "" : `?cursor=${before}`}`);
export const fetchLinesAt = (room: number, session: number, since: string): Promise<LiveLineOut[]> =>
  get(`/rooms/${room}/lines-at?${new URLSearchParams({ session_id: String(session), since }).toString()}`);

/** Say a line. The same `cid` again is the same line, so what got no answer is sent again. */
export const say = (room: number, cid: string, text: string): Promise<Said> => insist("livestream.say", cid, { room_id: room, text }) as Promise<Said>;

/** A command that is the same one under its `cid`, sent again over a blink of the network. */
export async function insist(name: string, cid: string, args: Record<string, unknown>): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await command(name, cid, args);
    } catch (error) {
      const isPassing = error instanceof ConnectionLost || (error instanceof ApiError && error.code === BUSY);
      if (!isPassing || tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** tried * (0.5 + Math.random() / 2)));
    }
  }
}

/** Worth nothing later: once, or not at all. */
export function like(room: number, count: number): void {
  void command("livestream.like", newCommandId(), { room_id: room, count }).catch(() => undefined);
}

/** By the socket, else by HTTP; a refusal is an ApiError either way. */
export async function command(name: string, cid: string, args: Record<string, unknown>): Promise<unknown> {
  if (socket.connection.state !== "connected") return post(`/commands/${name}`, { cid, args });
  try {
    return await socket.request(name, { cid, args });
  } catch (error) {
    if (error instanceof SocketRefusal) throw new ApiError(error.retryAfter === null ? 409 : 429, error.code, error.message, {}, error.retryAfter);
    throw error;
  }
}

// Moderators

export const setTalk = (room: number, slow: number, closed: boolean): Promise<LiveTalkStateOut> => commandNow(`/rooms/${room}/talk`, { slow_seconds: slow, closed });
export const pinLine = (room: number, line: number | null): Promise<LiveTalkStateOut> => commandNow(`/rooms/${room}/pinned-line`, { line_id: line });
export const deleteLine = (line: number): Promise<DoneOut> => commandNow(`/live-lines/${line}/delete`);
export const settleHeld = (line: number, show: boolean): Promise<DoneOut> => commandNow(`/live-lines/${line}/settle`, { show });
export const silence = (line: number, minutes: number | null, reason: string, deleteLines: boolean): Promise<DoneOut> =>
  commandNow(`/live-lines/${line}/silence`, { minutes, reason, delete_lines: deleteLines });
export const lift = (room: number, sanction: number): Promise<DoneOut> => commandNow(`/rooms/${room}/sanctions/${sanction}/lift`);
export const fetchWords = (room: number): Promise<FilterWordsOut> => get(`/rooms/${room}/filter-words`);
export const saveWords = (room: number, words: string[]): Promise<FilterWordsOut> => commandNow(`/rooms/${room}/filter-words`, { words });
