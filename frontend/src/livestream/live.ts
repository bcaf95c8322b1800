/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { LiveRoomOut, Pushes, StudioOut } from "@/realtime/protocol.gen";

export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** `live:<room>`: what the room shows its viewers. */
export function reduceRoom(state: LiveRoomOut, push: Push): LiveRoomOut {
  if (push.is === "livestream.room_changed") return { ...state, ...push.data };
  if (push.is === "livestream.card_changed") {
    const { session_id, cues, card } = push.data;
    if (state.shown.session?.id !== session_id) return state;
    const changed = new Map(cues.map((one) => [one.id, one]));
    return { ...state, shown: { ...state.shown, cues: state.shown.cues.map((one) => changed.get(one.id) ?? one), card } };
  }
  return state;
}

/** `live:<room>:control`: each push is the whole studio. */
export function reduceStudio(state: StudioOut, push: Push): StudioOut {
  return push.is === "livestream.studio_changed" ? push.data : state;
}
