/** A topic as the page sees it: a snapshot and the pushes after it, in order, or a gauge's latest values. */
import { shallowReactive } from "vue";

import type { Beat, Channel, Presence, SocketRefusal } from "@/realtime/channel";
import type { JoinOk, MissedPush, Since } from "@/realtime/protocol.gen";
import type { RealtimeSocket } from "@/realtime/socket";

export type TopicStatus =
  | "loading" // nothing seen yet
  | "live"
  | "stale" // shown, but the connection is away: what is shown may be old
  | "refused";

export interface TopicView<S> {
  state: S | null;
  status: TopicStatus;
  refusal: { code: string; message: string } | null;
}

/** What a topic says happened; each domain narrows it to its own pushes. */
export interface NamedPush {
  is: string;
  data: unknown;
}

/** Pure and idempotent: an unknown push returns the state as it is. */
export type Reducer<S, P extends NamedPush = NamedPush> = (state: S, push: P) => S;

type Link = Pick<RealtimeSocket, "attach" | "detach" | "join" | "tellPresence">;

/** These stay refused until somebody else signs in; any other refusal is asked again. */
const FINAL = new Set(["core.not_found", "core.not_signed_in"]);
const RETRY_REFUSED_S = 10;
const HEAL_AFTER_MS = 1_000;
const MAX_EARLY = 500;

abstract class Topic<S> implements Channel {
  readonly view: TopicView<S> = shallowReactive<TopicView<S>>({ state: null, status: "loading", refusal: null });
  presence: Presence | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly topic: string,
    protected readonly link: Link,
  ) {}

  open(): void {
    this.link.attach(this);
  }

  close(): void {
    this.stopRetrying();
    this.link.detach(this);
  }

  /** Say what its person does with it now; told anew after each reconnection. */
  report(presence: Presence): void {
    if (presence === this.presence) return;
    this.presence = presence;
    this.link.tellPresence(this);
  }

  refused(error: SocketRefusal): void {
    if (FINAL.has(error.code)) {
      this.refuse(error.code, error.message);
      return;
    }
    this.stopRetrying();
    this.retryTimer = setTimeout(() => void this.link.join(this), (error.retryAfter ?? RETRY_REFUSED_S) * 1000);
  }

  lost(): void {
    this.stopRetrying();
    if (this.view.status === "live") this.view.status = "stale";
  }

  gone(): void {
    this.stopRetrying();
    this.refuse("core.not_found", "");
  }

  abstract since(): Since | null;
  abstract joined(reply: JoinOk): void;
  abstract pushed(push: MissedPush): void;
  abstract gauged(changed: Record<string, unknown>): void;
  abstract beat(beat: Beat): void;
  abstract reset(): void;

  /** What may not be seen any more is not kept either. */
  private refuse(code: string, message: string): void {
    this.view.state = null;
    this.view.status = "refused";
    this.view.refusal = { code, message };
  }

  private stopRetrying(): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  protected show(state: S): void {
    this.view.state = state;
    this.view.status = "live";
    this.view.refusal = null;
  }
}

export class LogTopic<S, P extends NamedPush = NamedPush> extends Topic<S> {
  private epoch: string | null = null;
  private offset = 0;
  private joining = true;
  private early: MissedPush[] = [];
  private healTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    topic: string,
    link: Link,
    private readonly reduce: Reducer<S, P>,
  ) {
    super(topic, link);
  }

  /** The offset of the last push applied; it rises by exactly one each time. */
  get position(): number {
    return this.offset;
  }

  override close(): void {
    this.stopHealing();
    super.close();
  }

  since(): Since | null {
    return this.epoch === null ? null : { epoch: this.epoch, offset: this.offset };
  }

  joined(reply: JoinOk): void {
    this.joining = false;
    this.stopHealing();
    const { epoch, offset } = reply;
    if (epoch == null || offset == null) return;
    if (reply.snapshot != null) {
      this.epoch = epoch;
      this.offset = offset;
      this.show(reply.snapshot as S);
    } else if (!this.replay(reply.missed ?? [], epoch, offset)) {
      this.rejoin(false);
      return;
    }
    const early = this.early;
    this.early = [];
    for (const push of early) this.pushed(push);
  }

  pushed(push: MissedPush): void {
    if (this.joining) {
      if (this.early.length < MAX_EARLY) this.early.push(push);
      return;
    }
    if (push.at <= this.offset) return;
    if (push.at > this.offset + 1) {
      this.rejoin(true);
      return;
    }
    this.apply(push);
  }

  beat(beat: Beat): void {
    if (this.joining || this.epoch === null) return;
    if (beat.epoch !== this.epoch) {
      this.rejoin(false);
      return;
    }
    const top = beat.tops[this.topic];
    if (top === undefined || top <= this.offset || this.healTimer !== null) return;
    this.healTimer = setTimeout(() => {
      this.healTimer = null;
      if (this.offset < top) this.rejoin(true);
    }, HEAL_AFTER_MS);
  }

  override lost(): void {
    super.lost();
    this.joining = true;
    this.early = [];
    this.stopHealing();
  }

  gauged(): void {
    // A log topic has no gauge.
  }

  override refused(error: SocketRefusal): void {
    super.refused(error);
    if (this.view.status === "refused") this.forget();
  }

  override gone(): void {
    super.gone();
    this.forget();
  }

  /** Something was withdrawn: start over from a snapshot, which no longer holds it. */
  reset(): void {
    this.rejoin(false);
  }

  /**
   * Show what an HTTP reply says, through the same reducer as the push that will follow it.
   * `from` is `position` when the command was sent: once pushes have moved on since then they know better.
   */
  applyReply(push: P, from: number): void {
    if (this.view.state !== null && this.offset === from) this.view.state = this.reduce(this.view.state, push);
  }

  private replay(missed: MissedPush[], epoch: string, offset: number): boolean {
    if (epoch !== this.epoch || this.view.state === null) return false;
    for (const push of missed) {
      if (push.at <= this.offset) continue;
      if (push.at !== this.offset + 1) return false;
      this.apply(push);
    }
    if (this.offset !== offset) return false;
    this.show(this.view.state);
    return true;
  }

  private apply(push: MissedPush): void {
    if (this.view.state === null) return;
    this.offset = push.at;
    this.view.state = this.reduce(this.view.state, push as unknown as P);
  }

  private forget(): void {
    this.epoch = null;
    this.joining = true;
    this.early = [];
    this.stopHealing();
  }

  private rejoin(keepPosition: boolean): void {
    if (!keepPosition) this.epoch = null;
    this.joining = true;
    this.early = [];
    this.stopHealing();
    void this.link.join(this);
  }

  private stopHealing(): void {
    if (this.healTimer !== null) clearTimeout(this.healTimer);
    this.healTimer = null;
  }
}

/** Latest value wins, key by key; there is no history to miss. */
export class GaugeTopic<V> extends Topic<Record<string, V>> {
  since(): null {
    return null;
  }

  joined(reply: JoinOk): void {
    this.show((reply.gauge ?? {}) as Record<string, V>);
  }

  gauged(changed: Record<string, unknown>): void {
    this.show({ ...this.view.state, ...(changed as Record<string, V>) });
  }

  pushed(): void {
    // A gauge has no log.
  }

  reset(): void {
    void this.link.join(this);
  }

  beat(): void {
    // Nothing to heal: the next tick carries the latest values.
  }
}
