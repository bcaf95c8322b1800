/**
 * The one connection of the page.
 *
 * It knows frames, replies, heartbeats and reconnection, and no business word. Topics attach themselves as channels;
 * after every (re)connection the socket asks each channel for its position and joins again.
 */
import { reactive, readonly } from "vue";

import type { JoinOk, MissedPush, Since } from "@/realtime/protocol.gen";

export interface Beat {
  now: string;
  epoch: string;
  tops: Record<string, number>;
}

export class SocketRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** The connection went away, or did not answer, before the reply came. */
export class ConnectionLost extends Error {}

/** What a topic offers the socket. */
export interface Channel {
  readonly topic: string;
  since(): Since | null;
  joined(reply: JoinOk): void;
  refused(error: SocketRefusal): void;
  pushed(push: MissedPush): void;
  gauged(changed: Record<string, unknown>): void;
  beat(beat: Beat): void;
  lost(): void;
}

export type ConnectionState =
  | "idle"
  | "connecting"
  | "connected"
  | "reconnecting"
  | "unavailable" // several tries in a row found no server
  | "offline" // the device says it has no network
  | "closed"; // closed for good, see `closedBecause`

export type ClosedBecause = "signed_out" | "banned" | "page_too_old" | "refused";

export interface Connection {
  state: ConnectionState;
  closedBecause: ClosedBecause | null;
}

export interface SocketOptions {
  url: () => string;
  open?: (url: string) => WebSocket;
  random?: () => number;
  isOnline?: () => boolean;
  onBeat?: (beat: Beat) => void;
}

export const SILENCE_MS = 40_000;
export const FIRST_RETRY_MS = 5_000;
export const RETRY_CAP_MS = 30_000;
export const REPLY_MS = 10_000;
export const PROBE_MS = 5_000;
const UNAVAILABLE_AFTER = 3;

interface Waiting {
  resolve: (ok: unknown) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Milliseconds before retry number `attempt` (from 0): uniform in 0–5 s, then doubling with full jitter, at most 30 s. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(RETRY_CAP_MS, FIRST_RETRY_MS * 2 ** attempt);
}

/** Codes 4100–4199 mean: don't come back as you are. Everything else reconnects. */
export function closedForGood(code: number): ClosedBecause | null {
  if (code < 4100 || code > 4199) return null;
  if (code === 4100) return "signed_out";
  if (code === 4101) return "banned";
  if (code === 4102) return "page_too_old";
  return "refused";
}

export class RealtimeSocket {
  private readonly inner = reactive<Connection>({ state: "idle", closedBecause: null });
  readonly connection = readonly(this.inner);

  private socket: WebSocket | null = null;
  private readonly channels = new Map<string, Channel>();
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private silenceTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    if (this.inner.state !== "idle") return;
    this.connect();
  }

  stop(): void {
    this.drop();
    this.inner.state = "idle";
    this.inner.closedBecause = null;
  }

  /** Connect again at once, as whoever the browser's cookies now say. */
  restart(): void {
    this.stop();
    this.attempt = 0;
    this.start();
  }

  /** The page woke up, or the network came back: find out now whether the connection still lives. */
  wake(): void {
    if (this.inner.state === "idle" || this.inner.state === "closed") return;
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.probe();
    } else if (this.socket === null) {
      this.attempt = 0;
      this.connect();
    }
  }

  attach(channel: Channel): void {
    if (this.channels.has(channel.topic)) throw new Error(`${channel.topic} is attached already`);
    this.channels.set(channel.topic, channel);
    if (this.isOpen()) void this.join(channel);
  }

  detach(channel: Channel): void {
    if (this.channels.get(channel.topic) !== channel) return;
    this.channels.delete(channel.topic);
    if (this.isOpen()) void this.request("leave", { topic: channel.topic }).catch(() => undefined);
  }

  /** Join, or join again from where the channel stands. */
  async join(channel: Channel, timeout = REPLY_MS): Promise<void> {
    if (!this.isOpen()) return;
    const asked = this.socket;
    try {
      const reply = await this.request("join", { topic: channel.topic, since: channel.since() }, timeout);
      if (this.channels.get(channel.topic) === channel) channel.joined(reply as JoinOk);
    } catch (error) {
      if (error instanceof SocketRefusal) {
        if (this.channels.get(channel.topic) === channel) channel.refused(error);
      } else if (this.socket === asked && asked !== null) {
        this.reconnectNow();
      }
    }
  }

  request(command: string, body: Record<string, unknown>, timeout = REPLY_MS): Promise<unknown> {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new ConnectionLost());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new ConnectionLost("no reply"));
      }, timeout);
      this.waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ id, do: command, ...body }));
    });
  }

  private isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  private connect(): void {
    this.clearRetry();
    if (this.inner.state === "idle") this.inner.state = "connecting";
    const open = this.options.open ?? ((url: string) => new WebSocket(url));
    const socket = open(this.options.url());
    this.socket = socket;
    this.watchSilence();
    socket.onopen = () => {
      if (this.socket === socket) this.opened();
    };
    socket.onmessage = (event: MessageEvent) => {
      if (this.socket === socket) this.received(event.data as string);
    };
    socket.onclose = (event: CloseEvent) => {
      if (this.socket === socket) this.closed(event.code);
    };
  }

  private opened(): void {
    this.inner.state = "connected";
    this.inner.closedBecause = null;
    this.watchSilence();
    for (const channel of this.channels.values()) void this.join(channel);
  }

  private received(text: string): void {
    this.watchSilence();
    this.attempt = 0;
    const frame = parseFrame(text);
    if (frame === null) return;
    if (typeof frame["re"] === "number") this.replied(frame["re"], frame);
    else if (typeof frame["on"] === "string") this.deliver(frame["on"], frame);
    else if (typeof frame["beat"] === "object" && frame["beat"] !== null) {
      const beat = frame["beat"] as Beat;
      this.options.onBeat?.(beat);
      for (const channel of this.channels.values()) channel.beat(beat);
    }
  }

  private replied(id: number, frame: Record<string, unknown>): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    this.waiting.delete(id);
    clearTimeout(waiting.timer);
    if ("error" in frame) {
      const error = frame["error"] as { code: string; message: string; retry_after?: number | null };
      waiting.reject(new SocketRefusal(error.code, error.message, error.retry_after ?? null));
    } else {
      waiting.resolve(frame["ok"]);
    }
  }

  private deliver(topic: string, frame: Record<string, unknown>): void {
    const channel = this.channels.get(topic);
    if (channel === undefined) return;
    if ("gauge" in frame) channel.gauged(frame["gauge"] as Record<string, unknown>);
    else channel.pushed(frame as unknown as MissedPush);
  }

  private closed(code: number): void {
    this.drop();
    const reason = closedForGood(code);
    if (reason !== null) {
      this.inner.state = "closed";
      this.inner.closedBecause = reason;
      return;
    }
    this.scheduleRetry();
  }

  private scheduleRetry(): void {
    const delay = retryDelay(this.attempt, this.options.random);
    this.attempt += 1;
    const isOnline = this.options.isOnline ?? (() => navigator.onLine);
    if (!isOnline()) this.inner.state = "offline";
    else this.inner.state = this.attempt > UNAVAILABLE_AFTER ? "unavailable" : "reconnecting";
    this.retryTimer = setTimeout(() => {
      this.connect();
    }, delay);
  }

  private reconnectNow(): void {
    this.drop();
    this.inner.state = "reconnecting";
    this.connect();
  }

  /** A join doubles as the question "are you there?": the protocol needs no ping of its own. */
  private probe(): void {
    const [channel] = this.channels.values();
    if (channel !== undefined) void this.join(channel, PROBE_MS);
  }

  private watchSilence(): void {
    if (this.silenceTimer !== null) clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.closed(1006);
    }, SILENCE_MS);
  }

  private drop(): void {
    this.clearRetry();
    if (this.silenceTimer !== null) clearTimeout(this.silenceTimer);
    this.silenceTimer = null;
    const socket = this.socket;
    this.socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const waiting of this.waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new ConnectionLost());
    }
    this.waiting.clear();
    for (const channel of this.channels.values()) channel.lost();
  }

  private clearRetry(): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }
}

function parseFrame(text: string): Record<string, unknown> | null {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null ? (frame as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
