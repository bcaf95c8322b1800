/** The server's recorded conversations (tests/applications/test_commutation.py) through the browser's reducers. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { reduceInbox, reduceMyApplications, type Inbox, type Push } from "@/applications/live";
import type { MyApplicationsOut } from "@/realtime/protocol.gen";

type State = Inbox | MyApplicationsOut;

interface Conversation {
  topic: string;
  before: State;
  pushes: Push[];
  after: State;
}

const conversations = JSON.parse(readFileSync("tests/applications/commutation.golden.json", "utf8")) as Conversation[];
const named = conversations.map((one, index) => ({ name: `${one.topic} ${index}`, ...one }));

function reduce(topic: string, state: State, push: Push): State {
  return topic === "inbox:{id}" ? reduceInbox(state as Inbox, push) : reduceMyApplications(state as MyApplicationsOut, push);
}

/** What a page keeps beyond the snapshot is no part of the comparison. */
function asSnapshot(state: State): State {
  const snapshot: State & { touched?: unknown } = { ...state };
  delete snapshot.touched;
  return snapshot;
}

describe("old snapshot + pushes == new snapshot", () => {
  it.each(named)("$name", ({ topic, before, pushes, after }) => {
    expect(asSnapshot(pushes.reduce((state, push) => reduce(topic, state, push), before))).toEqual(after);
  });

  it.each(named)("$name, each push twice", ({ topic, before, pushes, after }) => {
    const twice = pushes.flatMap((push) => [push, push]);
    expect(asSnapshot(twice.reduce((state, push) => reduce(topic, state, push), before))).toEqual(after);
  });

  it("covers both topics, with pushes in each", () => {
    expect(new Set(conversations.map((one) => one.topic))).toEqual(new Set(["inbox:{id}", "user:{id}:applications"]));
    for (const one of conversations) expect(one.pushes.length).toBeGreaterThan(0);
  });
});
