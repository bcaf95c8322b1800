/** The server's recorded conversations (tests/chat/test_commutation.py) through the browser's reducers. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { reduceChat, reduceChats, type Chats, type Push } from "@/chat/live";
import type { ChatOut } from "@/realtime/protocol.gen";

type State = ChatOut | Chats;

interface Conversation {
  topic: string;
  before: State;
  pushes: Push[];
  after: State;
}

const conversations = JSON.parse(readFileSync("tests/chat/commutation.golden.json", "utf8")) as Conversation[];
const named = conversations.map((one, index) => ({ name: `${one.topic} ${index}`, ...one }));

function reduce(topic: string, state: State, push: Push): State {
  return topic === "chat:{id}" ? reduceChat(state as ChatOut, push) : reduceChats(state as Chats, push);
}

describe("old snapshot + pushes == new snapshot", () => {
  it.each(named)("$name", ({ topic, before, pushes, after }) => {
    expect(pushes.reduce((state, push) => reduce(topic, state, push), before)).toEqual(after);
  });

  it.each(named)("$name, each push twice", ({ topic, before, pushes, after }) => {
    const twice = pushes.flatMap((push) => [push, push]);
    expect(twice.reduce((state, push) => reduce(topic, state, push), before)).toEqual(after);
  });

  it("covers the three topics, with pushes in each", () => {
    expect(new Set(conversations.map((one) => one.topic))).toEqual(new Set(["chat:{id}", "user:{id}:chats", "booth:{id}:chats"]));
    for (const one of conversations) expect(one.pushes.length).toBeGreaterThan(0);
  });
});
