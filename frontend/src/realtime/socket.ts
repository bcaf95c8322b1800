/**
 * The one connection of the page.
 *
 * It knows frames, replies, heartbeats and reconnection, and no business word. Topics attach themselves as channels;
 * after every (re)connection the socket asks each channel for its position and joins again.
 */
import { reactive, readonly } from "vue";

import { ConnectionLost, SocketRefusal, type Beat, type Channel } from "@/realtime/channel";
import { Poller, type FetchStream } from "@/realtime/polling";
import type { JoinOk, MissedPush } from "@/realtime/protocol.gen";

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
  /** No socket gets through, and the topics are kept up by HTTP instead. */
  polling: boolean;
}

export interface SocketOptions {
  url: () => string;
  open?: (url: string) => WebSocket;
  random?: () => number;
  isOnline?: () => boolean;
  isHidden?: () => boolean;
  fetchStream?: FetchStream;
  onBeat?: (beat: Beat) => void;
}

export const SILENCE_MS = 40_000;
export const OPENING_MS = 10_000;
export const FIRST_RETRY_MS = 5_000;
export const RETRY_CAP_MS = 30_000;
export const REPLY_MS = 10_000;
export const PROBE_MS = 5_000;
const UNAVAILABLE_AFTER = 3;
const BLOCKED_AFTER = 2; // connections in a row that brought not one frame
export const STABLE_MS = 30_000; // a connection that lived so long could keep up
const SHORT_LIVED = 3; // connections in a row that could not: polling does, and a socket is tried once in a while
export const REST_MS = 120_000;
const TOO_SLOW = 4001;
const TOO_LARGE = "realtime.too_large";
const LONGEST_WISH_MS = 60_000;
// The constructor's own constants are not there where the constructor isn't.
const OPEN = 1;
const CLOSING = 2;

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

/** How long a closing server asked to be left alone: `{"retry_in_ms": 1800}` in the close's reason. */
export function retryWish(reason: string): number | null {
  const wish = parseFrame(reason)?.["retry_in_ms"];
  return typeof wish === "number" && wish >= 0 ? Math.min(wish, LONGEST_WISH_MS) : null;
}

export class RealtimeSocket {
  private readonly inner = reactive<Connection>({ state: "idle", closedBecause: null, polling: false });
  readonly connection = readonly(this.inner);

  private socket: WebSocket | null = null;
  private readonly channels = new Map<string, Channel>();
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private attempt = 0;
  private fruitless = 0;
  private shortLived = 0;
  private openedAt = 0;
  private hasHeard = false;
  private isProbing = false;
  private readonly poller: Poller | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private silenceTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: SocketOptions) {
    if (options.fetchStream === undefined) return;
    this.poller = new Poller({
      channels: () => this.channels.values(),
      fetch: options.fetchStream,
      onRound: (answered) => {
        this.inner.polling = answered;
      },
      random: options.random ?? Math.random,
      isHidden: options.isHidden ?? (() => document.visibilityState === "hidden"),
    });
  }

  start(): void {
    if (this.inner.state !== "idle") return;
    this.connect();
  }

  stop(): void {
    this.drop();
    this.stopPolling();
    this.fruitless = this.shortLived = 0;
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
    this.poller?.soon();
    if (this.isOpen()) {
      void this.probe();
    } else if (this.socket === null || this.socket.readyState >= CLOSING) {
      this.attempt = 0;
      this.reconnectNow();
    }
  }

  attach(channel: Channel): void {
    if (this.channels.has(channel.topic)) throw new Error(`${channel.topic} is attached already`);
    this.channels.set(channel.topic, channel);
    if (this.isOpen()) void this.join(channel);
    this.poller?.soon();
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
      const reply = await this.ask(channel, timeout);
      if (this.channels.get(channel.topic) === channel) channel.joined(reply);
    } catch (error) {
      if (error instanceof SocketRefusal) {
        if (this.channels.get(channel.topic) !== channel) return;
        if (error.code === TOO_LARGE && (await this.readRound(channel))) return;
        channel.refused(error);
      } else if (this.socket === asked && asked !== null) {
        // One that never said a word is blocked on its way, not dead: don't hurry.
        if (this.hasHeard) this.reconnectNow();
        else this.closed(1006, "");
      }
    }
  }

  /** A joined topic's person does something else now. What is not joined tells it when it joins. */
  tellPresence(channel: Channel): void {
    if (!this.isOpen() || channel.presence === null || this.channels.get(channel.topic) !== channel) return;
    void this.request("present", { topic: channel.topic, state: channel.presence }).catch(() => undefined);
  }

  private ask(channel: Channel, timeout: number): Promise<JoinOk> {
    const { topic, presence } = channel;
    const body = { topic, since: channel.since(), ...(presence === null ? {} : { presence }) };
    return this.request("join", body, timeout) as Promise<JoinOk>;
  }

  /** A snapshot too large for a socket's buffer comes by HTTP; the socket then tells what has happened since. */
  private async readRound(channel: Channel): Promise<boolean> {
    const fetch = this.options.fetchStream;
    if (fetch === undefined) return false;
    try {
      channel.joined(await fetch(channel.topic, null));
      const since = await this.ask(channel, REPLY_MS);
      if (this.channels.get(channel.topic) === channel) channel.joined(since);
      return true;
    } catch {
      return false; // and the topic asks again later
    }
  }

  request(command: string, body: Record<string, unknown>, timeout = REPLY_MS): Promise<unknown> {
    const socket = this.socket;
    if (socket?.readyState !== OPEN) return Promise.reject(new ConnectionLost());
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
    return this.socket?.readyState === OPEN;
  }

  private connect(): void {
    this.clearRetry();
    if (this.inner.state === "idle") this.inner.state = "connecting";
    this.hasHeard = false;
    const open = this.options.open ?? ((url: string) => new WebSocket(url));
    let socket: WebSocket;
    try {
      socket = open(this.options.url());
    } catch {
      // No constructor, or one that refuses this page: there will be no socket here.
      this.fruitless = BLOCKED_AFTER;
      this.closed(1006, "");
      return;
    }
    this.socket = socket;
    this.watchSilence(OPENING_MS);
    socket.onopen = () => {
      if (this.socket === socket) this.opened();
    };
    socket.onmessage = (event: MessageEvent) => {
      if (this.socket === socket) this.received(event.data as string);
    };
    socket.onclose = (event: CloseEvent) => {
      if (this.socket === socket) this.closed(event.code, event.reason);
    };
  }

  private opened(): void {
    this.inner.state = "connected";
    this.inner.closedBecause = null;
    this.openedAt = Date.now();
    this.watchSilence();
    for (const channel of this.channels.values()) void this.join(channel);
  }

  private received(text: string): void {
    this.watchSilence();
    this.fruitless = 0;
    this.hasHeard = true;
    this.stopPolling();
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
    if (frame["gone"] === true) channel.gone();
    else if (frame["reset"] === true) channel.reset();
    else if ("gauge" in frame) channel.gauged(frame["gauge"] as Record<string, unknown>);
    else channel.pushed(frame as unknown as MissedPush);
  }

  private closed(code: number, reason: string): void {
    const wish = retryWish(reason);
    if (!this.hasHeard) this.fruitless += 1;
    else if (wish === null) this.judge(code);
    this.drop();
    const because = closedForGood(code);
    if (because !== null) {
      this.stopPolling();
      this.inner.state = "closed";
      this.inner.closedBecause = because;
      return;
    }
    const isOverwhelmed = this.shortLived >= SHORT_LIVED;
    if (this.fruitless >= BLOCKED_AFTER || isOverwhelmed) this.poller?.start();
    this.scheduleRetry(wish ?? (isOverwhelmed ? this.rest() : null));
  }

  /** Whether the connection that ends could keep up; one that comes and goes again and again could not. */
  private judge(code: number): void {
    const isStable = Date.now() - this.openedAt >= STABLE_MS;
    if (isStable) this.attempt = 0;
    this.shortLived = isStable && code !== TOO_SLOW ? 0 : this.shortLived + 1;
  }

  private rest(): number {
    return REST_MS * (0.5 + (this.options.random ?? Math.random)() / 2);
  }

  private scheduleRetry(wish: number | null): void {
    const delay = wish ?? retryDelay(this.attempt, this.options.random);
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
  private async probe(): Promise<void> {
    const [channel] = this.channels.values();
    if (channel === undefined || this.isProbing) return;
    this.isProbing = true;
    await this.join(channel, PROBE_MS);
    this.isProbing = false;
  }

  private stopPolling(): void {
    this.poller?.stop();
    this.inner.polling = false;
  }

  private watchSilence(within = SILENCE_MS): void {
    if (this.silenceTimer !== null) clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.closed(1006, "");
    }, within);
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
