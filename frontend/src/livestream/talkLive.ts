/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { LiveLineOut, LiveTalkOut, ModerationOut, MyLiveOut, Pushes } from "@/realtime/protocol.gen";

export type TalkPush = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

export const KEPT = 200; // lines on a page; what is older is read again by HTTP

/** `live:<id>:talk`: the snapshot has the newest fifty; what comes after is kept up to two hundred. */
export function reduceTalk(talk: LiveTalkOut, push: TalkPush): LiveTalkOut {
  switch (push.is) {
    case "livestream.lines_posted": {
      const known = new Set(talk.lines.map((line) => line.id));
      const fresh = push.data.lines.filter((line) => !known.has(line.id));
      return fresh.length === 0 ? talk : { ...talk, lines: [...talk.lines, ...fresh].sort(byTime).slice(-KEPT) };
    }
    case "livestream.lines_deleted": {
      const gone = new Set(push.data.line_ids);
      return { ...talk, lines: talk.lines.filter((line) => !gone.has(line.id)) };
    }
    case "livestream.talk_changed":
      return { ...talk, state: push.data.state };
    default:
      return talk;
  }
}

function byTime(one: LiveLineOut, other: LiveLineOut): number {
  const apart = Date.parse(one.at) - Date.parse(other.at);
  return apart === 0 ? one.id - other.id : apart;
}

/** `live:<id>:moderation`. */
export function reduceModeration(state: ModerationOut, push: TalkPush): ModerationOut {
  switch (push.is) {
    case "livestream.line_held": {
      const others = state.held.filter((one) => one.id !== push.data.line.id);
      return { ...state, held: [...others, push.data.line].sort((one, other) => one.id - other.id) };
    }
    case "livestream.held_line_settled":
      return { ...state, held: state.held.filter((one) => one.id !== push.data.line_id) };
    case "livestream.sanctions_changed":
      return { ...state, sanctions: push.data.sanctions };
    default:
      return state;
  }
}

/** `user:<id>:live`. */
export function reduceMyLive(state: MyLiveOut, push: TalkPush): MyLiveOut {
  return push.is === "livestream.my_standing_changed" ? { ...state, silenced: push.data.silenced } : state;
}
