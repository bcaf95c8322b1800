/** Pure: state + push → state. Each push is the whole; unknown ones change nothing. */
import type { Count } from "@/livestream/pollsApi";
import type { PollDeskOut, PollOut, Pushes, RoomPollOut } from "@/realtime/protocol.gen";

export type PollPush = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** `live:<room>:poll`. */
export function reducePoll(state: RoomPollOut, push: PollPush): RoomPollOut {
  return push.is === "livestream.poll_changed" ? push.data : state;
}

/** `live:<room>:polls`, the studio's. */
export function reducePolls(state: PollDeskOut, push: PollPush): PollDeskOut {
  return push.is === "livestream.polls_changed" ? push.data : state;
}

/** The gauge's part: votes of the open poll by choice. */
export interface Bars {
  id: number;
  counts: Record<string, number>;
}

export interface Bar {
  id: number;
  text: string;
  votes: number;
  /** Of all votes, in whole percent. */
  share: number;
}

/** A poll's choices with their votes: the result once it is closed, before that what the gauge said last. */
export function barsOf(poll: PollOut, gauge: Bars | null): Bar[] {
  const now = new Map<number, number>();
  if (poll.counts !== null) for (const one of poll.counts as Count[]) now.set(one.choice_id, one.votes);
  else if (gauge?.id === poll.id) for (const [choice, votes] of Object.entries(gauge.counts)) now.set(Number(choice), votes);
  const all = [...now.values()].reduce((sum, votes) => sum + votes, 0);
  return poll.choices.map(({ id, text }) => {
    const votes = now.get(id) ?? 0;
    return { id, text, votes, share: all === 0 ? 0 : Math.round((100 * votes) / all) };
  });
}

export const votesOf = (bars: readonly Bar[]): number => bars.reduce((sum, one) => sum + one.votes, 0);
