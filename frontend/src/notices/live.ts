/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { NoticeOut } from "@/http/schema.gen";
import type { NoticesOut, Pushes } from "@/realtime/protocol.gen";

export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

const NEWEST = 50;

/** `user:<id>:notices`: the newest fifty, newest first. */
export function reduceNotices(mine: NoticesOut, push: Push): NoticesOut {
  switch (push.is) {
    case "notices.notice_added":
      return { notices: withNotice(mine.notices, push.data.notice).slice(0, NEWEST) };
    case "notices.notices_seen": {
      const { ids, seen_at } = push.data;
      return { notices: mine.notices.map((one) => (ids.includes(one.id) ? { ...one, seen_at } : one)) };
    }
    default:
      return mine;
  }
}

export function withNotice(notices: readonly NoticeOut[], notice: NoticeOut): NoticeOut[] {
  return [notice, ...notices.filter((one) => one.id !== notice.id)].sort((one, other) => other.id - one.id);
}

/** The live newest above the older pages loaded so far, each notice once; what is live is known best. */
export function together(live: readonly NoticeOut[], loaded: readonly NoticeOut[]): NoticeOut[] {
  const known = new Set(live.map((one) => one.id));
  return [...live, ...loaded.filter((one) => !known.has(one.id))].sort((one, other) => other.id - one.id);
}
