import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ConnectionLost, SocketRefusal } from "@/realtime/channel";
import { HIDDEN_MS, REFUSED_MS, VISIBLE_MS } from "@/realtime/polling";
import type { JoinOk, Since } from "@/realtime/protocol.gen";
import { RealtimeSocket } from "@/realtime/socket";
import { LogTopic } from "@/realtime/topic";

import { fakeOptions, FakeWebSocket, settle, snapshot } from "./fakes";

interface Words {
  words: string[];
}
interface Said {
  is: "test.said";
  data: { word: string };
}

const TOPIC = "booth:12";
let asked: (Since | null)[];
let answers: (JoinOk | Error)[];
let isHidden: boolean;
let socket: RealtimeSocket;
let topic: LogTopic<Words, Said>;

const said = (at: number, word: string): { at: number; is: string; data: { word: string } } => ({ at, is: "test.said", data: { word } });
const words = (): string[] | undefined => topic.view.state?.words;

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

function start(open?: (url: string) => WebSocket): void {
  const options = fakeOptions();
  socket = new RealtimeSocket({
    ...options,
    ...(open === undefined ? {} : { open }),
    isHidden: () => isHidden,
    fetchStream: (_, since) => {
      asked.push(since);
      const answer = answers.shift() ?? new ConnectionLost();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  topic = new LogTopic<Words, Said>(TOPIC, socket, (state, push) => ({ words: [...state.words, push.data.word] }));
  topic.open();
  socket.start();
}

const noConstructor = (): WebSocket => {
  throw new ReferenceError("WebSocket is not defined");
};

beforeEach(() => {
  vi.useFakeTimers();
  [asked, answers, isHidden] = [[], [], false];
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

describe("a page without WebSocket", () => {
  it("follows its topic by HTTP through the same offsets", async () => {
    answers = [
      snapshot(TOPIC, 41, { words: ["a"] }) as JoinOk,
      { topic: TOPIC, epoch: "k1", offset: 43, missed: [said(42, "b"), said(43, "c")] },
      { topic: TOPIC, epoch: "k1", offset: 43, missed: [] },
    ];
    start(noConstructor);
    await pass(0);
    expect(words()).toEqual(["a"]);
    expect(socket.connection.polling).toBe(true);
    await pass(VISIBLE_MS);
    expect(words()).toEqual(["a", "b", "c"]);
    expect(topic.view.status).toBe("live");
    await pass(VISIBLE_MS);
    expect(words()).toEqual(["a", "b", "c"]);
    expect(asked).toEqual([null, { epoch: "k1", offset: 41 }, { epoch: "k1", offset: 43 }]);
  });

  it("starts over from a snapshot when the server's epoch changed", async () => {
    answers = [snapshot(TOPIC, 41, { words: ["a"] }) as JoinOk, snapshot(TOPIC, 2, { words: ["restored"] }, "k2") as JoinOk];
    start(noConstructor);
    await pass(0);
    await pass(VISIBLE_MS);
    expect(words()).toEqual(["restored"]);
    await pass(VISIBLE_MS);
    expect(asked.at(-1)).toEqual({ epoch: "k2", offset: 2 });
  });

  it("asks less often when nobody looks, and at once when somebody does", async () => {
    const same = (): JoinOk => snapshot(TOPIC, 41, { words: ["a"] }) as JoinOk;
    answers = Array.from({ length: 9 }, same);
    isHidden = true;
    start(noConstructor);
    await pass(0);
    await pass(HIDDEN_MS - 1);
    expect(asked).toHaveLength(1);
    await pass(1);
    expect(asked).toHaveLength(2);
    isHidden = false;
    socket.wake();
    await pass(0);
    expect(asked).toHaveLength(3);
  });

  it("asks less and less often while nothing answers, and says so", async () => {
    start(noConstructor);
    await pass(0);
    await pass(60_000);
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(socket.connection.polling).toBe(false);
  });

  it("leaves a topic it has no right to alone", async () => {
    const forbidden = new SocketRefusal("core.not_found", "没有找到", null);
    answers = [forbidden, forbidden];
    start(noConstructor);
    await pass(0);
    expect(topic.view.status).toBe("refused");
    await pass(REFUSED_MS - VISIBLE_MS);
    expect(asked).toHaveLength(1);
    await pass(VISIBLE_MS * 2);
    expect(asked).toHaveLength(2);
  });
});

describe("a blocked WebSocket", () => {
  it("is one that closed twice before it said anything; polling ends when one speaks", async () => {
    answers = Array.from({ length: 50 }, () => snapshot(TOPIC, 41, { words: ["polled"] }) as JoinOk);
    start();
    FakeWebSocket.last.drop();
    await pass(2_500);
    expect(asked).toHaveLength(0);
    FakeWebSocket.last.drop();
    await pass(5_000);
    expect(asked.length).toBeGreaterThan(0);
    expect(words()).toEqual(["polled"]);
    FakeWebSocket.last.open();
    await FakeWebSocket.last.reply(snapshot(TOPIC, 42, { words: ["pushed"] }));
    expect(socket.connection).toMatchObject({ state: "connected", polling: false });
    const before = asked.length;
    await pass(VISIBLE_MS * 3);
    expect(asked).toHaveLength(before);
    expect(words()).toEqual(["pushed"]);
  });

  it("is also one that opens and stays silent", async () => {
    answers = Array.from({ length: 50 }, () => snapshot(TOPIC, 41, { words: ["polled"] }) as JoinOk);
    start();
    FakeWebSocket.last.open();
    await pass(10_000 + 2_500);
    FakeWebSocket.last.open();
    await pass(10_001);
    expect(words()).toEqual(["polled"]);
    expect(socket.connection.polling).toBe(true);
  });

  it("is not asked round once it is closed for good", async () => {
    start(noConstructor);
    socket.stop();
    await pass(30_000);
    expect(asked).toHaveLength(0);
  });
});
