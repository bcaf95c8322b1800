/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { Pushes, VideoRoomOut } from "@/realtime/protocol.gen";

export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** `talk:<id>`: the two seats, and what was said in the round at hand. A new round begins with nothing said. */
export function reduceRoom(room: VideoRoomOut, push: Push): VideoRoomOut {
  switch (push.is) {
    case "interviews.talk_changed": {
      const { talk } = push.data;
      return { ...room, talk, signals: talk.round === room.talk.round ? room.signals : [] };
    }
    case "interviews.signal_sent": {
      const { signal } = push.data;
      const others = room.signals.filter((one) => one.id !== signal.id);
      return { ...room, signals: [...others, signal] };
    }
    default:
      return room;
  }
}
