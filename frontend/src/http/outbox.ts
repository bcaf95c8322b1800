/**
 * Commands kept from the press until the server answers: through lost networks, reloads and closed tabs.
 *
 * Each has one Idempotency-Key for ever, so sending it again never does it twice. Commands about one object go in the
 * order they were pressed. A command goes only under the session of whoever pressed it.
 */
import { shallowReactive } from "vue";

import { ApiError, OTHER_PERSON, retryPause } from "@/http/client";
import type { OutboxStore } from "@/http/outboxStore";
import { newCommandId } from "@/lib/ids";

export interface Command {
  /** What is done: "take", "leave"… */
  kind: string;
  /** What it is done to; commands about one object stay in order. */
  object: string;
  path: string;
  body: unknown;
  /** The object in words, for pages that show only what waits. */
  about: string;
  /** How late it may still be sent, in milliseconds; later it is no longer what the person wants. */
  keepMs: number;
}

/** As kept: everything needed to send it after a reload. Instants are milliseconds by the server's clock. */
export interface Entry extends Command {
  key: string;
  /** The user who pressed; null while this device has nobody: it becomes the device's guest. */
  actor: number | null;
  isGuest: boolean;
  at: number;
}

export type Phase =
  | "sending"
  | "waiting" // no answer yet; it is sent again by itself
  | "sign_in" // its person is not signed in
  | "delivered"
  | "refused"
  | "expired";

export interface Sending {
  readonly entry: Entry;
  readonly phase: Phase;
  readonly answeredAt: number | null;
  /** The number on the server's receipt, where the reply carries one. */
  readonly receipt: string | null;
  readonly reply: unknown;
  readonly problem: ApiError | null;
}

/** Of what has arrived, only the newest is news: a page whose buttons were pressed four times says it once. */
export function newsOf(sendings: readonly Sending[]): Sending[] {
  const arrived = sendings.filter((one) => one.phase === "delivered");
  return sendings.filter((one) => one.phase !== "delivered" || one === arrived[arrived.length - 1]);
}

/** Whose session this is. */
export interface Identity {
  id: number;
  isGuest: boolean;
}

export interface OutboxOptions {
  store: OutboxStore;
  post: (entry: Entry) => Promise<unknown>;
  now: () => number;
  random?: () => number;
}

export interface Introduction {
  who: () => Identity | null;
  /** Ask the server who this is. */
  refresh: () => Promise<void>;
  /** Become this device's guest where nobody is signed in. */
  ensureSomeone: () => Promise<void>;
}

/** It waited too long and was not sent. */
export class Expired extends Error {}

export const SHOWN_MS = 60_000;
const PATIENT_429_S = 60;

interface Waiter {
  resolve: (reply: unknown) => void;
  reject: (error: Error) => void;
}

type Shown = { -readonly [Key in keyof Sending]: Sending[Key] } & {
  attempts: number;
  isRestored: boolean;
  timer: ReturnType<typeof setTimeout> | null;
  waiters: Waiter[];
};

export class Outbox {
  private readonly list = shallowReactive<Shown[]>([]);
  private readonly busy = new Set<string>();
  private introduction: Introduction | null = null;

  constructor(private readonly options: OutboxOptions) {}

  introduce(introduction: Introduction): void {
    this.introduction = introduction;
  }

  /** What is kept or was answered lately, of the person who is here now; oldest first. Reactive. */
  get sendings(): readonly Sending[] {
    const me = this.introduction?.who() ?? null;
    return this.list.filter(({ entry }) => entry.actor === null || me === null || entry.actor === me.id);
  }

  /** How much waits for somebody else to sign in again; what it is, is only theirs to see. Reactive. */
  get elsewhere(): number {
    const me = this.introduction?.who() ?? null;
    if (me === null) return 0;
    return this.list.filter(({ entry, phase }) => isOpen(phase) && entry.actor !== null && entry.actor !== me.id).length;
  }

  /** Take up what an earlier page left. */
  async start(): Promise<void> {
    for (const entry of await this.options.store.all()) {
      if (!this.list.some((one) => one.entry.key === entry.key)) this.list.push(this.shown(entry, true));
    }
    this.list.sort((one, other) => one.entry.at - other.entry.at);
    this.flush();
  }

  /** Keep `command` and send it; settles when the server answers, however late. A press repeated is the same press. */
  send<T>(command: Command): Promise<T> {
    let one = this.list.find(({ entry, phase }) => isOpen(phase) && entry.path === command.path && this.isMine(entry));
    if (one === undefined) {
      const me = this.introduction?.who() ?? null;
      const key = newCommandId();
      const entry = { ...command, key, actor: me?.id ?? null, isGuest: me?.isGuest ?? true, at: this.options.now() };
      this.forgetRefusals(command.path);
      one = this.shown(entry, false);
      this.list.push(one);
      void this.options.store.put(entry).finally(() => {
        this.flush();
      });
    }
    const { waiters } = one;
    return new Promise<T>((resolve, reject) => {
      waiters.push({ resolve: resolve as (reply: unknown) => void, reject });
    });
  }

  /** The network may be back, or somebody else is here: try everything now. */
  wake(): void {
    for (const one of this.list) {
      if (one.timer !== null && isOpen(one.phase)) clearTimeout(one.timer);
      if (isOpen(one.phase)) one.timer = null;
    }
    this.flush();
  }

  /** A guest became an account, which the server handed the guest's commands to. */
  async handOver(from: number, to: Identity): Promise<void> {
    for (const one of this.list) {
      if (one.entry.actor === from && isOpen(one.phase)) await this.keep(one, to);
    }
    this.wake();
  }

  /** The person has read how it ended. */
  dismiss(key: string): void {
    const at = this.list.findIndex((one) => one.entry.key === key && !isOpen(one.phase));
    if (at >= 0) this.list.splice(at, 1);
  }

  /** Pressing again is having read why it did not work the last time. */
  private forgetRefusals(path: string): void {
    for (const { entry } of this.list.filter((one) => one.entry.path === path)) this.dismiss(entry.key);
  }

  private flush(): void {
    const seen = new Set<string>();
    for (const one of this.list) {
      const { object } = one.entry;
      if (!isOpen(one.phase) || seen.has(object)) continue;
      // The one before it that cannot go yet holds it back, unless it is another person's.
      if (this.isMine(one.entry)) seen.add(object);
      if (this.busy.has(one.entry.key) || one.timer !== null) continue;
      void this.run(one);
    }
  }

  private async run(one: Shown): Promise<void> {
    const { key } = one.entry;
    this.busy.add(key);
    try {
      if (this.options.now() - one.entry.at > one.entry.keepMs) this.end(one, "expired", new Expired());
      else if (await this.isSender(one)) await this.post(one);
      else this.change(one, { phase: "sign_in" });
    } catch (error) {
      if (error instanceof ApiError && isFinal(error)) {
        this.change(one, { problem: error });
        this.end(one, "refused", error);
      } else {
        this.again(one, error);
      }
    } finally {
      this.busy.delete(key);
    }
    if (!isOpen(one.phase)) this.flush();
  }

  private async post(one: Shown): Promise<void> {
    this.change(one, { phase: "sending" });
    const reply = await this.options.post(one.entry);
    this.change(one, { reply, receipt: receiptOf(reply) });
    this.end(one, "delivered", null);
  }

  /** Whether the session is that of whoever pressed. Asked anew before each late sending: other tabs sign in and out. */
  private async isSender(one: Shown): Promise<boolean> {
    const session = this.introduction;
    if (session === null) return false;
    if (one.attempts > 0 || one.isRestored) await session.refresh();
    if (session.who() === null && one.entry.isGuest) await session.ensureSomeone();
    const me = session.who();
    if (me === null) return false;
    if (one.entry.actor === null) await this.keep(one, me);
    return one.entry.actor === me.id;
  }

  private again(one: Shown, error: unknown): void {
    const isApi = error instanceof ApiError;
    one.attempts += 1;
    const needsSignIn = isApi && (error.code === OTHER_PERSON || (error.status === 401 && !one.entry.isGuest));
    this.change(one, { phase: needsSignIn ? "sign_in" : "waiting" });
    const asked = isApi && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    const pause = Math.max(asked, retryPause(Math.min(one.attempts, 10), this.options.random));
    one.timer = setTimeout(() => {
      one.timer = null;
      this.flush();
    }, pause);
  }

  private end(one: Shown, phase: "delivered" | "refused" | "expired", error: Error | null): void {
    void this.options.store.remove(one.entry.key);
    this.change(one, { phase, answeredAt: this.options.now() });
    for (const waiter of one.waiters) {
      if (error === null) waiter.resolve(one.reply);
      else waiter.reject(error);
    }
    one.waiters = [];
    // Good news goes by itself; bad news stays until it is read.
    if (phase === "delivered") {
      setTimeout(() => {
        this.dismiss(one.entry.key);
      }, SHOWN_MS);
    }
  }

  private async keep(one: Shown, actor: Identity): Promise<void> {
    const entry = { ...one.entry, actor: actor.id, isGuest: actor.isGuest };
    this.change(one, { entry });
    await this.options.store.put(entry);
  }

  private isMine(entry: Entry): boolean {
    return entry.actor === null || entry.actor === (this.introduction?.who()?.id ?? null);
  }

  private shown(entry: Entry, isRestored: boolean): Shown {
    return shallowReactive<Shown>({
      entry,
      phase: isRestored ? "waiting" : "sending",
      answeredAt: null,
      receipt: null,
      reply: null,
      problem: null,
      attempts: 0,
      isRestored,
      timer: null,
      waiters: [],
    });
  }

  private change(one: Shown, to: Partial<Sending>): void {
    Object.assign(one, to);
  }
}

export function isOpen(phase: Phase): boolean {
  return phase === "sending" || phase === "waiting" || phase === "sign_in";
}

/** The server has understood and said no. Anything else is worth another try under the same key. */
function isFinal(error: ApiError): boolean {
  if (error.status >= 500 || error.status === 401 || error.status === 408 || error.code === OTHER_PERSON) return false;
  return error.status !== 429 || (error.retryAfter ?? Infinity) > PATIENT_429_S;
}

function receiptOf(reply: unknown): string | null {
  const receipt = typeof reply === "object" && reply !== null ? (reply as Record<string, unknown>)["receipt"] : null;
  return typeof receipt === "string" && receipt !== "" ? receipt : null;
}

/** Whether it is worth saying that it waits: not in the blink a healthy network needs. */
export function isLate(sending: Sending, now: number): boolean {
  if (sending.phase === "sending") return now - sending.entry.at > 3_000;
  return sending.phase === "waiting" || sending.phase === "sign_in";
}
