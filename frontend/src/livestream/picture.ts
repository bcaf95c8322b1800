/** A room's picture as the socket tells it. */
import type { PictureOut } from "@/realtime/protocol.gen";
import type { NamedPush } from "@/realtime/topic";

export function reducePicture(state: PictureOut, push: NamedPush): PictureOut {
  return push.is === "livestream.picture_changed" ? (push.data as PictureOut) : state;
}

/** Whether the instants a player knows are when frames were filmed, or when a recording was. */
export const isReplay = (picture: PictureOut): boolean => picture.state === "replay";

/** What a room's topic would say if an earlier broadcast were its last. */
export const recordedPicture = (room_id: number, address: string): PictureOut => ({ room_id, session_id: null, state: "replay", since: null, address, sound: "", poster: "" });

export interface Piece {
  start: number;
  duration: number;
  programDateTime: number | null;
}

const KEPT = 60;

/** What the list says now, and before it what has left the list: a player behind it still shows that. */
export function followed(before: readonly Piece[], listed: readonly Piece[]): Piece[] {
  const first = listed[0];
  return first === undefined ? [...before] : [...before.filter((one) => one.start < first.start - 0.01).slice(-KEPT), ...listed];
}

/** Where in the player's own time lies what was filmed at `instant`; the next there is, if that was not kept. */
export function timeOf(pieces: readonly Piece[], instant: number): number | null {
  for (const piece of pieces) {
    if (piece.programDateTime === null) continue;
    const into = (instant - piece.programDateTime) / 1000;
    if (into < piece.duration) return piece.start + Math.max(0, into);
  }
  return null;
}

/** When the frame at the player's own `time` was filmed. */
export function instantOf(pieces: readonly Piece[], time: number): number | null {
  const piece = pieces.filter((one) => one.start <= time && one.programDateTime !== null).at(-1);
  return piece?.programDateTime == null ? null : piece.programDateTime + (time - piece.start) * 1000;
}
