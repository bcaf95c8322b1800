/** The server's recorded polls (tests/livestream/test_polls.py) through the browser's reducers, and what bars show. */
import { readFileSync } from "node:fs";

import { beforeEach, describe, expect, it } from "vitest";

import { barsOf, reducePoll, reducePolls, votesOf, type PollPush } from "@/livestream/pollsLive";
import { keepPressed, takePressed } from "@/livestream/pressed";
import type { PollDeskOut, PollOut, RoomPollOut } from "@/realtime/protocol.gen";

interface Golden<S> {
  before: S;
  pushes: PollPush[];
  after: S;
}
const [room, desk] = JSON.parse(readFileSync("tests/livestream/polls.golden.json", "utf8")) as [Golden<RoomPollOut>, Golden<PollDeskOut>];

describe("old snapshot + pushes == new snapshot", () => {
  it("for viewers and for the studio, each push twice", () => {
    const twice = (pushes: PollPush[]): PollPush[] => pushes.flatMap((push) => [push, push]);
    expect(twice(room.pushes).reduce(reducePoll, room.before)).toEqual(room.after);
    expect(twice(desk.pushes).reduce(reducePolls, desk.before)).toEqual(desk.after);
  });
});

describe("bars", () => {
  const poll = { id: 7, state: "open", choices: [{ id: 1, text: "甲" }, { id: 2, text: "乙" }, { id: 3, text: "丙" }], counts: null } as unknown as PollOut;

  it("are what the gauge says of this very poll", () => {
    expect(barsOf(poll, { id: 7, counts: { 1: 2, 2: 1 } }).map((one) => [one.votes, one.share])).toEqual([[2, 67], [1, 33], [0, 0]]);
    expect(votesOf(barsOf(poll, { id: 8, counts: { 1: 2 } }))).toBe(0);
    expect(votesOf(barsOf(poll, null))).toBe(0);
  });
  it("are the result once it is closed, whatever the gauge said last", () => {
    const closed = { ...poll, state: "closed", counts: [{ choice_id: 1, votes: 3 }] } as PollOut;
    expect(votesOf(barsOf(closed, { id: 7, counts: { 1: 2 } }))).toBe(3);
  });
});

describe("what was pressed before signing in", () => {
  beforeEach(() => {
    sessionStorage.clear();
  });
  it("is taken once, for the same poll, while it is fresh", () => {
    keepPressed({ what: "vote", id: 7, choice: 2 }, 0);
    expect(takePressed("enter", 7, 1)).toBeNull();
    expect(takePressed("vote", 8, 1)).toBeNull();
    expect(takePressed("vote", 7, 1)?.choice).toBe(2);
    expect(takePressed("vote", 7, 1)).toBeNull();
    keepPressed({ what: "vote", id: 7, choice: 2 }, 0);
    expect(takePressed("vote", 7, 3_600_000)).toBeNull();
  });
});
