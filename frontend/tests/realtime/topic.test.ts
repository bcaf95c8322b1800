import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { RealtimeSocket } from "@/realtime/socket";
import { GaugeTopic, LogTopic } from "@/realtime/topic";

import { fakeOptions, FakeWebSocket, settle, snapshot } from "./fakes";

interface Words {
  words: string[];
}
interface Said {
  is: "test.said";
  data: { word: string };
}

const TOPIC = "booth:12";
let socket: RealtimeSocket;
let topic: LogTopic<Words, Said>;

beforeEach(async () => {
  vi.useFakeTimers();
  socket = new RealtimeSocket(fakeOptions());
  socket.start();
  FakeWebSocket.last.open();
  topic = new LogTopic<Words, Said>(TOPIC, socket, (state, push) => ({ words: [...state.words, push.data.word] }));
  topic.open();
  await FakeWebSocket.last.reply(snapshot(TOPIC, 41, { words: ["a"] }));
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

function push(at: number, word: string): void {
  FakeWebSocket.last.say({ on: TOPIC, at, is: "test.said", data: { word } });
}
function beat(top: number, epoch = "k1"): void {
  FakeWebSocket.last.say({ beat: { now: "2024-04-13T01:00:00Z", epoch, tops: { [TOPIC]: top } } });
}
function joins(): unknown[] {
  return FakeWebSocket.last.sent.filter((frame) => frame["do"] === "join").map((frame) => frame["since"]);
}
const words = (): string[] | undefined => topic.view.state?.words;

describe("a log topic", () => {
  it("shows the snapshot, then each push in order", () => {
    expect(topic.view).toMatchObject({ status: "live", state: { words: ["a"] } });
    push(42, "b");
    push(43, "c");
    expect(words()).toEqual(["a", "b", "c"]);
    expect(topic.position).toBe(43);
  });

  it("ignores what it has seen", () => {
    push(42, "b");
    push(42, "b");
    push(41, "old");
    expect(words()).toEqual(["a", "b"]);
    expect(joins()).toHaveLength(1);
  });

  it("asks for what a gap hides, and takes the replay", async () => {
    push(42, "b");
    push(44, "d");
    expect(words()).toEqual(["a", "b"]);
    expect(joins().at(-1)).toEqual({ epoch: "k1", offset: 42 });
    const missed = [
      { at: 43, is: "test.said", data: { word: "c" } },
      { at: 44, is: "test.said", data: { word: "d" } },
    ];
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k1", offset: 44, missed });
    push(45, "e");
    expect(words()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("keeps what arrives while it joins again, in whatever order the server told it", async () => {
    push(44, "d");
    push(45, "e");
    const missed = [42, 43, 44].map((at) => ({ at, is: "test.said", data: { word: String(at) } }));
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k1", offset: 44, missed });
    expect(words()).toEqual(["a", "42", "43", "44", "e"]);
    expect(topic.position).toBe(45);
  });

  it("joins again once however many pushes show the same gap", () => {
    push(50, "x");
    push(51, "y");
    push(52, "z");
    expect(joins()).toHaveLength(2);
  });

  it("takes a snapshot in place of a replay", async () => {
    push(500, "x");
    await FakeWebSocket.last.reply(snapshot(TOPIC, 500, { words: ["new"] }));
    expect(words()).toEqual(["new"]);
    expect(topic.position).toBe(500);
  });

  it("does not trust a replay with a hole: it asks for a snapshot", async () => {
    push(45, "x");
    const missed = [{ at: 44, is: "test.said", data: { word: "d" } }];
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k1", offset: 44, missed });
    expect(joins().at(-1)).toBeNull();
    await FakeWebSocket.last.reply(snapshot(TOPIC, 45, { words: ["all"] }));
    expect(words()).toEqual(["all"]);
  });

  it("does not trust a replay that ends early, nor one of another epoch", async () => {
    push(45, "x");
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k1", offset: 45, missed: [] });
    expect(joins().at(-1)).toBeNull();
    await FakeWebSocket.last.reply(snapshot(TOPIC, 45, { words: ["s"] }));
    push(47, "x");
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k2", offset: 45, missed: [] });
    expect(joins().at(-1)).toBeNull();
  });

  it("takes the empty replay of a short absence", async () => {
    FakeWebSocket.last.drop();
    expect(topic.view.status).toBe("stale");
    expect(words()).toEqual(["a"]);
    vi.advanceTimersByTime(2_500);
    FakeWebSocket.last.open();
    expect(joins()).toEqual([{ epoch: "k1", offset: 41 }]);
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k1", offset: 41, missed: [] });
    expect(topic.view.status).toBe("live");
    expect(words()).toEqual(["a"]);
  });
});

describe("a heartbeat", () => {
  it("heals a lost last push after a second", async () => {
    beat(42);
    expect(joins()).toHaveLength(1);
    vi.advanceTimersByTime(999);
    expect(joins()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(joins().at(-1)).toEqual({ epoch: "k1", offset: 41 });
    await FakeWebSocket.last.reply({ topic: TOPIC, epoch: "k1", offset: 42, missed: [{ at: 42, is: "test.said", data: { word: "b" } }] });
    expect(words()).toEqual(["a", "b"]);
  });

  it("leaves a push time to arrive", () => {
    beat(42);
    vi.advanceTimersByTime(500);
    push(42, "b");
    vi.advanceTimersByTime(5_000);
    expect(joins()).toHaveLength(1);
  });

  it("behind or level with the page changes nothing", () => {
    push(42, "b");
    beat(41);
    beat(42);
    vi.advanceTimersByTime(5_000);
    expect(joins()).toHaveLength(1);
  });

  it("of another epoch means starting over from a snapshot", async () => {
    beat(3, "k2");
    expect(joins().at(-1)).toBeNull();
    expect(words()).toEqual(["a"]);
    await FakeWebSocket.last.reply(snapshot(TOPIC, 3, { words: ["restored"] }, "k2"));
    push(4, "b");
    expect(words()).toEqual(["restored", "b"]);
  });
});

describe("an HTTP reply", () => {
  it("shows at once what its push will say, and the push repeats it without harm", () => {
    topic = new LogTopic<Words, Said>("user:1", socket, (_, push) => ({ words: [push.data.word] }));
    topic.open();
    topic.joined({ topic: "user:1", epoch: "k1", offset: 7, snapshot: { words: [] } });
    const from = topic.position;
    topic.applyReply({ is: "test.said", data: { word: "called" } }, from);
    expect(words()).toEqual(["called"]);
    expect(topic.position).toBe(7);
    FakeWebSocket.last.say({ on: "user:1", at: 8, is: "test.said", data: { word: "called" } });
    expect(words()).toEqual(["called"]);
    expect(topic.position).toBe(8);
  });

  it("never overrules pushes that came meanwhile", () => {
    const from = topic.position;
    push(42, "newer");
    topic.applyReply({ is: "test.said", data: { word: "older" } }, from);
    expect(words()).toEqual(["a", "newer"]);
  });
});

describe("a refused topic", () => {
  it("says so when it is final", async () => {
    const secret = new LogTopic<Words, Said>("booth:1:desk", socket, (state) => state);
    secret.open();
    await FakeWebSocket.last.refuse({ code: "core.not_found", message: "没有找到" });
    expect(secret.view).toMatchObject({ status: "refused", refusal: { code: "core.not_found" }, state: null });
  });

  it("is asked for again when it was only too early", async () => {
    const busy = new LogTopic<Words, Said>("booth:2", socket, (state) => state);
    busy.open();
    await FakeWebSocket.last.refuse({ code: "core.too_many", message: "太频繁", retry_after: 4 });
    const before = joins().length;
    vi.advanceTimersByTime(3_999);
    expect(joins()).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(joins()).toHaveLength(before + 1);
  });
});

describe("a topic the server takes back", () => {
  it("is refused and forgotten when the right to see it is lost", async () => {
    FakeWebSocket.last.say({ on: TOPIC, gone: true });
    expect(topic.view).toMatchObject({ status: "refused", state: null, refusal: { code: "core.not_found" } });
    push(42, "b");
    beat(43);
    vi.advanceTimersByTime(5_000);
    expect(topic.view.state).toBeNull();
    expect(joins()).toHaveLength(1);
    FakeWebSocket.last.drop();
    vi.advanceTimersByTime(2_500);
    FakeWebSocket.last.open();
    expect(joins()).toEqual([null]);
    await FakeWebSocket.last.reply(snapshot(TOPIC, 50, { words: ["again"] }));
    expect(topic.view).toMatchObject({ status: "live", state: { words: ["again"] } });
  });

  it("starts over without a position when something in it was withdrawn", async () => {
    push(42, "withdrawn");
    FakeWebSocket.last.say({ on: TOPIC, reset: true });
    expect(joins().at(-1)).toBeNull();
    await FakeWebSocket.last.reply(snapshot(TOPIC, 43, { words: ["a"] }));
    expect(words()).toEqual(["a"]);
    push(44, "c");
    expect(words()).toEqual(["a", "c"]);
  });

  it("does not take a replay that was on its way before the withdrawal", async () => {
    push(44, "gap");
    const asked = FakeWebSocket.last.sent.at(-1)?.["id"];
    FakeWebSocket.last.say({ on: TOPIC, reset: true });
    const missed = [42, 43, 44].map((at) => ({ at, is: "test.said", data: { word: "withdrawn" } }));
    FakeWebSocket.last.say({ re: asked, ok: { topic: TOPIC, epoch: "k1", offset: 44, missed } });
    await settle();
    expect(words()).toEqual(["a"]);
  });
});

describe("leaving", () => {
  it("tells the server and hears nothing more", async () => {
    topic.close();
    await settle();
    expect(FakeWebSocket.last.sent.at(-1)).toMatchObject({ do: "leave", topic: TOPIC });
    push(42, "b");
    expect(words()).toEqual(["a"]);
  });
});

describe("a gauge", () => {
  it("merges changed keys and keeps the rest", async () => {
    const gauge = new GaugeTopic<{ waiting: number }>("fair:2", socket);
    gauge.open();
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: { "booth:1": { waiting: 3 }, "booth:2": { waiting: 0 } } });
    FakeWebSocket.last.say({ on: "fair:2", gauge: { "booth:2": { waiting: 1 } } });
    expect(gauge.view.state).toEqual({ "booth:1": { waiting: 3 }, "booth:2": { waiting: 1 } });
    expect(gauge.view.status).toBe("live");
  });
});
