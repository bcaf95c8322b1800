import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { byDue, byVoices, reduceHeld, reduceQuestions } from "@/livestream/questionsLive";
import { KEPT, reduceModeration, reduceMyLive, reduceTalk, type TalkPush } from "@/livestream/talkLive";
import type { HeldLineOut, HeldQuestionsOut, LiveLineOut, LiveTalkOut, ModerationOut, MyLiveOut, QuestionDeskOut, RoomQuestionsOut } from "@/realtime/protocol.gen";

const line = (id: number, at = id): LiveLineOut => ({ id, side: "viewer", name: "王**", text: `第${id}句`, at: new Date(1_700_000_000_000 + at).toISOString() });
const talk = (...ids: number[]): LiveTalkOut => ({ room_id: 1, state: { slow_seconds: 0, closed: false, pinned: null }, lines: ids.map((id) => line(id)) });
const posted = (...lines: LiveLineOut[]): TalkPush => ({ is: "livestream.lines_posted", data: { batch: 1, lines } });
const ids = (state: LiveTalkOut): number[] => state.lines.map((one) => one.id);

describe("a room's chat", () => {
  it("takes lines once, in the order in which they were shown", () => {
    const state = reduceTalk(talk(1, 2), posted(line(4), line(3)));
    expect(ids(state)).toEqual([1, 2, 3, 4]);
    expect(reduceTalk(state, posted(line(4), line(3)))).toBe(state);
  });

  it("shows a line that was let through late at the end", () => {
    expect(ids(reduceTalk(talk(5, 6), posted(line(2, 900))))).toEqual([5, 6, 2]);
  });

  it("keeps two hundred", () => {
    const many = Array.from({ length: 260 }, (_, at) => line(at + 1));
    const state = reduceTalk(talk(), posted(...many));
    expect(state.lines).toHaveLength(KEPT);
    expect(ids(state).at(-1)).toBe(260);
  });

  it("loses what is deleted, twice as well as once", () => {
    const gone: TalkPush = { is: "livestream.lines_deleted", data: { line_ids: [1, 3] } };
    const state = reduceTalk(talk(1, 2, 3), gone);
    expect(ids(state)).toEqual([2]);
    expect(reduceTalk(state, gone)).toEqual(state);
  });

  it("follows the host's settings and leaves other pushes alone", () => {
    const to = { slow_seconds: 10, closed: true, pinned: line(2) };
    const state = talk(1);
    expect(reduceTalk(state, { is: "livestream.talk_changed", data: { state: to } }).state).toEqual(to);
    expect(reduceTalk(state, { is: "livestream.held_line_settled", data: { line_id: 1 } })).toBe(state);
  });
});

describe("a moderator's desk", () => {
  const held = (id: number): HeldLineOut => ({ id, name: "王**", text: "x", held_for: ["word"], at: line(id).at });
  const desk: ModerationOut = { room_id: 1, held: [held(2)], sanctions: [] };

  it("shows what waits, the oldest first, until somebody decides", () => {
    const two = reduceModeration(desk, { is: "livestream.line_held", data: { line: held(1) } });
    expect(two.held.map((one) => one.id)).toEqual([1, 2]);
    const one = reduceModeration(two, { is: "livestream.held_line_settled", data: { line_id: 2 } });
    expect(one.held.map((each) => each.id)).toEqual([1]);
  });
});

describe("one's own standing", () => {
  it("is what was told last", () => {
    const silenced = [{ room_id: 1, banned: true, until: line(1).at }];
    expect(reduceMyLive({ silenced: [] }, { is: "livestream.my_standing_changed", data: { silenced } })).toEqual({ silenced });
  });
});

/** The server's recorded conversation (tests/livestream/test_talk_commutation.py) through the browser's reducers. */
interface Recorded<S> {
  of: string;
  before: S;
  pushes: TalkPush[];
  after: S;
}
const recorded = JSON.parse(readFileSync("tests/livestream/talk.golden.json", "utf8")) as Recorded<unknown>[];
const of = <S>(topic: string): Recorded<S> => recorded.find((one) => one.of === topic) as Recorded<S>;
function replays<S>({ before, pushes, after }: Recorded<S>, reduce: (state: S, push: TalkPush) => S): void {
  expect(pushes.reduce(reduce, before)).toEqual(after);
  expect(pushes.flatMap((push) => [push, push]).reduce(reduce, before)).toEqual(after);
}

describe("old snapshot + pushes == new snapshot, each push also twice", () => {
  it("of the chat, the moderators' desk and one's own standing", () => {
    replays(of<LiveTalkOut>("live:talk"), reduceTalk);
    replays(of<ModerationOut>("live:moderation"), reduceModeration);
    replays(of<MyLiveOut>("user:live"), reduceMyLive);
  });

  it("of the questions in the room, at an employer's desk and before a moderator", () => {
    replays(of<RoomQuestionsOut>("live:questions"), reduceQuestions(byVoices));
    replays(of<QuestionDeskOut>("inbox:questions"), reduceQuestions(byDue));
    replays(of<HeldQuestionsOut>("live:held"), reduceHeld);
  });
});
