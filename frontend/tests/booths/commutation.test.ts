/** The server's recorded conversations (tests/booths/test_commutation.py) through the browser's reducers. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { reduceDesk, reduceLine, reduceMyTickets, type MyTickets, type Push } from "@/booths/live";
import type { DeskOut, LineOut } from "@/http/schema.gen";

type State = LineOut | DeskOut | MyTickets;

interface Conversation {
  topic: string;
  before: State;
  pushes: Push[];
  after: State;
}

const conversations = JSON.parse(readFileSync("tests/booths/commutation.golden.json", "utf8")) as Conversation[];

function reduce(topic: string, state: State, push: Push): State {
  if (topic === "booth:{id}") return reduceLine(state as LineOut, push);
  if (topic === "booth:{id}:desk") return reduceDesk(state as DeskOut, push);
  return reduceMyTickets(state as MyTickets, push);
}

/** What a page keeps beyond the snapshot (tickets it saw end) is no part of the comparison. */
function asSnapshot(state: State): State {
  return "tickets" in state ? { tickets: state.tickets } : state;
}

describe("old snapshot + pushes == new snapshot", () => {
  it.each(conversations.map((one, index) => ({ name: `${one.topic} ${index}`, ...one })))("$name", ({ topic, before, pushes, after }) => {
    const once = pushes.reduce((state, push) => reduce(topic, state, push), before);
    expect(asSnapshot(once)).toEqual(after);
  });

  it.each(conversations.map((one, index) => ({ name: `${one.topic} ${index}`, ...one })))("$name, each push twice", ({ topic, before, pushes, after }) => {
    const twice = pushes.flatMap((push) => [push, push]).reduce((state, push) => reduce(topic, state, push), before);
    expect(asSnapshot(twice)).toEqual(after);
  });

  it("covers every topic", () => {
    expect(new Set(conversations.map((one) => one.topic))).toEqual(new Set(["booth:{id}", "booth:{id}:desk", "user:{id}"]));
  });
});
