/** A WebSocket the test holds the other end of. */
import { vi } from "vitest";

import type { RealtimeSocket } from "@/realtime/socket";

export class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  readyState: number = WebSocket.CONNECTING;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(readonly url: string) {
    FakeWebSocket.all.push(this);
  }

  static get last(): FakeWebSocket {
    const last = FakeWebSocket.all.at(-1);
    if (last === undefined) throw new Error("nobody connected");
    return last;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  drop(code = 1006, reason = ""): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }

  /** Answers the latest command. */
  async reply(ok: unknown): Promise<void> {
    this.say({ re: this.sent.at(-1)?.["id"], ok });
    await settle();
  }

  async refuse(error: { code: string; message: string; retry_after?: number }): Promise<void> {
    this.say({ re: this.sent.at(-1)?.["id"], error });
    await settle();
  }
}

/** Let promises that are ready run, without moving the clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

export function fakeOptions(): ConstructorParameters<typeof RealtimeSocket>[0] {
  FakeWebSocket.all = [];
  return {
    url: () => "ws://fair/ws/",
    open: (url) => new FakeWebSocket(url) as unknown as WebSocket,
    random: () => 0.5,
    isOnline: () => true,
    onBeat: vi.fn(),
  };
}

export function snapshot(topic: string, offset: number, state: unknown, epoch = "k1"): unknown {
  return { topic, epoch, offset, snapshot: state };
}
