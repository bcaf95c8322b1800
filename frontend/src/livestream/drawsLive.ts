/** Pure: state + push → state. Each push is the whole; unknown ones change nothing. */
import type { DrawDeskOut, Pushes, RoomDrawOut } from "@/realtime/protocol.gen";

export type DrawPush = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** The gauge's part: how many take part in the open draw. */
export interface EntriesNow {
  id: number;
  n: number;
}

/** `live:<room>:draw`. */
export function reduceDraw(state: RoomDrawOut, push: DrawPush): RoomDrawOut {
  return push.is === "livestream.draw_changed" ? push.data : state;
}

/** `live:<room>:draws`, the studio's. */
export function reduceDraws(state: DrawDeskOut, push: DrawPush): DrawDeskOut {
  return push.is === "livestream.draws_changed" ? push.data : state;
}
