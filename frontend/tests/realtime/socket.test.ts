import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ConnectionLost, SocketRefusal } from "@/realtime/channel";
import {
  closedForGood,
  OPENING_MS,
  PROBE_MS,
  RealtimeSocket,
  REPLY_MS,
  REST_MS,
  retryDelay,
  retryWish,
  SILENCE_MS,
  STABLE_MS,
} from "@/realtime/socket";
import { GaugeTopic, LogTopic } from "@/realtime/topic";

import { fakeOptions, FakeWebSocket, settle, snapshot } from "./fakes";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const BEAT = { beat: { now: "2024-04-13T01:00:00Z", epoch: "k1", tops: {} } };

function connected(options = fakeOptions()): RealtimeSocket {
  const socket = new RealtimeSocket(options);
  socket.start();
  FakeWebSocket.last.open();
  return socket;
}

describe("retryDelay", () => {
  it("starts uniform in 0–5 s, doubles with full jitter and never passes 30 s", () => {
    const longest = [0, 1, 2, 3, 10].map((attempt) => retryDelay(attempt, () => 1));
    expect(longest).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
    expect(retryDelay(3, () => 0)).toBe(0);
    expect(retryDelay(0, () => 0.5)).toBe(2_500);
  });
});

describe("close codes", () => {
  it.each([1001, 1002, 1006, 1007, 1009, 1011, 1012, 4000, 4001, 4099])("%i reconnects", (code) => {
    expect(closedForGood(code)).toBeNull();
    const socket = connected();
    FakeWebSocket.last.drop(code);
    expect(socket.connection.state).toBe("reconnecting");
    vi.advanceTimersByTime(5_000);
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it.each([
    [4100, "signed_out"],
    [4101, "banned"],
    [4102, "page_too_old"],
    [4199, "refused"],
  ] as const)("%i is final and says %s", (code, reason) => {
    const socket = connected();
    FakeWebSocket.last.drop(code);
    expect(socket.connection).toEqual({ state: "closed", closedBecause: reason, polling: false });
    vi.advanceTimersByTime(600_000);
    socket.wake();
    expect(FakeWebSocket.all).toHaveLength(1);
  });
});

describe("requests", () => {
  it("gives each its own id and settles the promise the reply names", async () => {
    const socket = connected();
    const one = socket.request("a", {});
    const two = socket.request("b", { topic: "x" });
    const ws = FakeWebSocket.last;
    expect(ws.sent).toEqual([
      { id: 1, do: "a" },
      { id: 2, do: "b", topic: "x" },
    ]);
    ws.say({ re: 2, ok: { two: true } });
    ws.say({ re: 1, error: { code: "core.invalid", message: "不对", retry_after: 3 } });
    await expect(two).resolves.toEqual({ two: true });
    await expect(one).rejects.toEqual(new SocketRefusal("core.invalid", "不对", 3));
    await expect(one).rejects.toMatchObject({ code: "core.invalid", retryAfter: 3 });
    socket.stop();
  });

  it("fails what is pending when the connection goes, and does not send it again", async () => {
    const socket = connected();
    const lost = socket.request("a", {});
    FakeWebSocket.last.drop(1009);
    await expect(lost).rejects.toBeInstanceOf(ConnectionLost);
    vi.advanceTimersByTime(2_500);
    FakeWebSocket.last.open();
    expect(FakeWebSocket.last.sent).toEqual([]);
    socket.stop();
  });

  it("gives up on an answer after ten seconds", async () => {
    const socket = connected();
    const late = expect(socket.request("a", {})).rejects.toBeInstanceOf(ConnectionLost);
    vi.advanceTimersByTime(REPLY_MS);
    await late;
    socket.stop();
  });

  it("refuses to send while there is no connection", async () => {
    const socket = new RealtimeSocket(fakeOptions());
    socket.start();
    await expect(socket.request("a", {})).rejects.toBeInstanceOf(ConnectionLost);
    socket.stop();
  });

  it("lives through frames it does not understand", () => {
    const socket = connected();
    for (const frame of ["not json", "3", "null", "[]", { on: "nowhere", at: 1, is: "x", data: {} }, { re: 99, ok: {} }]) {
      FakeWebSocket.last.say(frame);
    }
    expect(socket.connection.state).toBe("connected");
    socket.stop();
  });
});

describe("reconnection", () => {
  it("waits within the bounds of each attempt, and begins anew after a connection that lasted", () => {
    const socket = connected();
    FakeWebSocket.last.drop();
    const waits = [2_500, 5_000, 10_000, 15_000, 15_000];
    for (const [index, wait] of waits.entries()) {
      vi.advanceTimersByTime(wait - 1);
      expect(FakeWebSocket.all).toHaveLength(1 + index);
      vi.advanceTimersByTime(1);
      expect(FakeWebSocket.all).toHaveLength(2 + index);
      FakeWebSocket.last.drop();
    }
    expect(socket.connection.state).toBe("unavailable");
    vi.advanceTimersByTime(15_000);
    FakeWebSocket.last.open();
    FakeWebSocket.last.say(BEAT);
    vi.advanceTimersByTime(STABLE_MS);
    FakeWebSocket.last.drop();
    expect(socket.connection.state).toBe("reconnecting");
    vi.advanceTimersByTime(2_500);
    expect(FakeWebSocket.all).toHaveLength(8);
    socket.stop();
  });

  it("keeps backing off from a server that accepts and drops at once", () => {
    const socket = connected();
    for (const wait of [2_500, 5_000, 10_000]) {
      FakeWebSocket.last.drop();
      vi.advanceTimersByTime(wait);
      FakeWebSocket.last.open();
    }
    FakeWebSocket.last.drop();
    vi.advanceTimersByTime(14_999);
    expect(FakeWebSocket.all).toHaveLength(4);
    vi.advanceTimersByTime(1);
    expect(FakeWebSocket.all).toHaveLength(5);
    socket.stop();
  });

  it("comes back when a draining server asked it to", () => {
    expect(retryWish('{"retry_in_ms": 1800}')).toBe(1_800);
    expect(retryWish('{"retry_in_ms": 9999999}')).toBe(60_000);
    expect(["", "bye", "[]", "1", '{"retry_in_ms": -1}', '{"retry_in_ms": "5"}'].map(retryWish)).toEqual(Array(6).fill(null));
    const socket = connected();
    FakeWebSocket.last.drop(4000, '{"retry_in_ms": 4200}');
    vi.advanceTimersByTime(4_199);
    expect(FakeWebSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it("says offline when the device has no network", () => {
    const socket = connected({ ...fakeOptions(), isOnline: () => false });
    FakeWebSocket.last.drop();
    expect(socket.connection.state).toBe("offline");
    socket.stop();
  });

  it("joins every topic again from where it stands", async () => {
    const socket = connected();
    const gauge = new GaugeTopic("fair:2", socket);
    gauge.open();
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: {} });
    FakeWebSocket.last.drop();
    expect(gauge.view.status).toBe("stale");
    vi.advanceTimersByTime(2_500);
    FakeWebSocket.last.open();
    expect(FakeWebSocket.last.sent).toEqual([{ id: 2, do: "join", topic: "fair:2", since: null }]);
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: {} });
    expect(gauge.view.status).toBe("live");
    socket.stop();
  });

  it("restart connects at once as somebody else", () => {
    const socket = connected();
    FakeWebSocket.last.drop(4100);
    socket.restart();
    expect(FakeWebSocket.all).toHaveLength(2);
    FakeWebSocket.last.open();
    expect(socket.connection).toEqual({ state: "connected", closedBecause: null, polling: false });
    socket.stop();
  });
});

describe("a dead connection", () => {
  it("is one that said nothing for forty seconds", () => {
    const socket = connected();
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(socket.connection.state).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(socket.connection.state).toBe("reconnecting");
    vi.advanceTimersByTime(2_500);
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it("is not one whose heart beats", () => {
    const options = fakeOptions();
    const socket = connected(options);
    const beat = { now: "2024-04-13T01:00:00Z", epoch: "k1", tops: {} };
    for (let second = 0; second < 300; second += 15) {
      vi.advanceTimersByTime(15_000);
      FakeWebSocket.last.say({ beat });
    }
    expect(socket.connection.state).toBe("connected");
    expect(FakeWebSocket.all).toHaveLength(1);
    expect(options.onBeat).toHaveBeenCalledWith(beat);
    socket.stop();
  });

  it("is also one that never opened", () => {
    const socket = new RealtimeSocket(fakeOptions());
    socket.start();
    vi.advanceTimersByTime(OPENING_MS + 2_500);
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });
});

describe("waking up", () => {
  it("connects at once instead of waiting for the next try", () => {
    const socket = connected();
    FakeWebSocket.last.drop();
    socket.wake();
    expect(FakeWebSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(OPENING_MS - 1);
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it("asks an open connection whether it lives, and leaves a dead one after five seconds", async () => {
    const socket = connected();
    const gauge = new GaugeTopic("fair:2", socket);
    gauge.open();
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: {} });
    socket.wake();
    expect(FakeWebSocket.last.sent.at(-1)).toMatchObject({ do: "join", topic: "fair:2" });
    vi.advanceTimersByTime(PROBE_MS);
    await settle();
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it("asks once, however many events say that the page woke", async () => {
    const socket = connected();
    const gauge = new GaugeTopic("fair:2", socket);
    gauge.open();
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: {} });
    for (let event = 0; event < 4; event++) socket.wake();
    expect(FakeWebSocket.last.sent).toHaveLength(2);
    socket.stop();
  });

  it("leaves a socket that died without a word", () => {
    const socket = connected();
    FakeWebSocket.last.readyState = 3;
    socket.wake();
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it("keeps a connection that answers", async () => {
    const socket = connected();
    const gauge = new GaugeTopic("fair:2", socket);
    gauge.open();
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: {} });
    socket.wake();
    await FakeWebSocket.last.reply({ topic: "fair:2", gauge: {} });
    vi.advanceTimersByTime(PROBE_MS * 2);
    await settle();
    expect(FakeWebSocket.all).toHaveLength(1);
    socket.stop();
  });

  it("does nothing before the start", () => {
    const socket = new RealtimeSocket(fakeOptions());
    socket.wake();
    expect(FakeWebSocket.all).toHaveLength(0);
  });
});

describe("a page too slow for its topics", () => {
  const RESTED_MS = REST_MS * 0.75; // with chance at one half

  /** Wait for the next try; returns how long that took. */
  function untilItTriesAgain(): number {
    const tries = FakeWebSocket.all.length;
    for (let waited = 0; ; waited += 500) {
      if (FakeWebSocket.all.length > tries) return waited;
      vi.advanceTimersByTime(500);
    }
  }

  /** The `times`th connection that was opened, heard, and closed after `lived` ms. */
  function overwhelmed(times: number, lived: number, code = 4001): RealtimeSocket {
    const socket = connected({ ...fakeOptions(), fetchStream: () => Promise.reject(new ConnectionLost()) });
    for (let time = 0; time < times; time++) {
      if (time > 0) FakeWebSocket.last.open();
      FakeWebSocket.last.say(BEAT);
      for (let passed = 0; passed < lived; passed += 10_000) {
        vi.advanceTimersByTime(10_000);
        FakeWebSocket.last.say(BEAT);
      }
      FakeWebSocket.last.drop(code);
      if (time < times - 1) untilItTriesAgain();
    }
    return socket;
  }

  it.each([4001, 1006])("comes back at once from one close with %i", (code) => {
    const socket = overwhelmed(1, 0, code);
    vi.advanceTimersByTime(5_000);
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.stop();
  });

  it.each([4001, 1006])("does not come back in a circle: after three closes with %i it rests", (code) => {
    const socket = overwhelmed(3, 0, code);
    expect(FakeWebSocket.all).toHaveLength(3);
    expect(untilItTriesAgain()).toBe(RESTED_MS);
    FakeWebSocket.last.open();
    FakeWebSocket.last.say(BEAT);
    FakeWebSocket.last.drop(code);
    expect(untilItTriesAgain()).toBe(RESTED_MS);
    socket.stop();
  });

  it("is kept up by HTTP while it rests, and leaves that when a socket speaks again", async () => {
    const fetchStream = vi.fn(() => Promise.resolve({ topic: "fair:2", gauge: { a: 1 } }));
    const socket = connected({ ...fakeOptions(), fetchStream });
    const gauge = new GaugeTopic("fair:2", socket);
    gauge.open();
    for (let time = 0; time < 3; time++) {
      FakeWebSocket.last.say(BEAT);
      FakeWebSocket.last.drop(4001);
      if (time === 2) break;
      untilItTriesAgain();
      FakeWebSocket.last.open();
    }
    await vi.advanceTimersByTimeAsync(10);
    expect(fetchStream).toHaveBeenCalled();
    expect(socket.connection.polling).toBe(true);
    expect(gauge.view).toMatchObject({ status: "live", state: { a: 1 } });
    await vi.advanceTimersByTimeAsync(RESTED_MS);
    FakeWebSocket.last.open();
    FakeWebSocket.last.say(BEAT);
    expect(socket.connection.polling).toBe(false);
    socket.stop();
  });

  it("counts from zero after a connection that kept up", () => {
    const socket = overwhelmed(3, STABLE_MS, 1006);
    expect(untilItTriesAgain()).toBeLessThanOrEqual(5_000);
    socket.stop();
  });

  it("is not one that draining servers sent away", () => {
    const socket = connected({ ...fakeOptions(), fetchStream: () => Promise.reject(new ConnectionLost()) });
    for (let time = 0; time < 4; time++) {
      FakeWebSocket.last.say(BEAT);
      FakeWebSocket.last.drop(4000, '{"retry_in_ms": 900}');
      vi.advanceTimersByTime(900);
      FakeWebSocket.last.open();
    }
    expect(FakeWebSocket.all).toHaveLength(5);
    expect(socket.connection.state).toBe("connected");
    socket.stop();
  });
});

describe("a snapshot too large for a socket", () => {
  const refusal = { code: "realtime.too_large", message: "内容太多" };

  it("is read by HTTP, and the socket goes on from there", async () => {
    const fetchStream = vi.fn(() => Promise.resolve(snapshot("booth:1", 40, "big") as never));
    const socket = connected({ ...fakeOptions(), fetchStream });
    const topic = new LogTopic<string>("booth:1", socket, (state, push) => `${state}+${push.is}`);
    topic.open();
    await FakeWebSocket.last.refuse(refusal);
    expect(fetchStream).toHaveBeenCalledExactlyOnceWith("booth:1", null);
    expect(FakeWebSocket.last.sent.at(-1)).toMatchObject({ do: "join", since: { epoch: "k1", offset: 40 } });
    await FakeWebSocket.last.reply({ topic: "booth:1", epoch: "k1", offset: 41, missed: [{ at: 41, is: "a", data: {} }] });
    FakeWebSocket.last.say({ on: "booth:1", at: 42, is: "b", data: {} });
    expect(topic.view).toMatchObject({ status: "live", state: "big+a+b" });
    socket.stop();
  });

  it("is asked for again later where HTTP does not answer either", async () => {
    const socket = connected({ ...fakeOptions(), fetchStream: () => Promise.reject(new ConnectionLost()) });
    const topic = new LogTopic<string>("booth:1", socket, (state) => state);
    topic.open();
    await FakeWebSocket.last.refuse(refusal);
    await settle();
    expect(topic.view.status).toBe("loading");
    vi.advanceTimersByTime(10_000);
    expect(FakeWebSocket.last.sent).toHaveLength(2);
    socket.stop();
  });
});

describe("presence", () => {
  it("is told when it changes, and again at each join", async () => {
    const socket = connected();
    const gauge = new GaugeTopic("live:7", socket);
    gauge.report("playing");
    gauge.open();
    expect(FakeWebSocket.last.sent).toEqual([{ id: 1, do: "join", topic: "live:7", since: null, presence: "playing" }]);
    await FakeWebSocket.last.reply({ topic: "live:7", gauge: {} });
    gauge.report("paused");
    gauge.report("paused");
    expect(FakeWebSocket.last.sent).toHaveLength(2);
    expect(FakeWebSocket.last.sent.at(-1)).toEqual({ id: 2, do: "present", topic: "live:7", state: "paused" });
    FakeWebSocket.last.drop();
    vi.advanceTimersByTime(2_500);
    FakeWebSocket.last.open();
    expect(FakeWebSocket.last.sent.at(-1)).toMatchObject({ do: "join", presence: "paused" });
    socket.stop();
  });
});
