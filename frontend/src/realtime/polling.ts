/**
 * The way round a blocked WebSocket: every topic's own catching-up, asked for by HTTP again and again.
 *
 * The answers have a join's shape and go where a join's reply goes, so reducers and offsets are the same.
 */
import { SocketRefusal, type Channel } from "@/realtime/channel";
import type { JoinOk, Since } from "@/realtime/protocol.gen";

export type FetchStream = (topic: string, since: Since | null) => Promise<JoinOk>;

export const VISIBLE_MS = 3_000;
export const HIDDEN_MS = 15_000;
export const REFUSED_MS = 60_000;
const FAILED_CAP_MS = 30_000;

export interface PollerOptions {
  channels: () => Iterable<Channel>;
  fetch: FetchStream;
  /** After each round: did anything answer? */
  onRound: (answered: boolean) => void;
  random: () => number;
  isHidden: () => boolean;
}

type Outcome = "answered" | "silent" | "skipped";

export class Poller {
  private run = 0;
  private isRunning = false;
  private isAsking = false;
  private isWanted = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Topics to leave alone for now, and until when. */
  private readonly later = new Map<string, number>();

  constructor(private readonly options: PollerOptions) {}

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.failures = 0;
    this.schedule(0);
  }

  /** What is on its way is thrown away when it comes: the socket knows better by then. */
  stop(): void {
    this.run += 1;
    this.isRunning = this.isAsking = this.isWanted = false;
    this.later.clear();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Somebody just looked, or a topic was added: don't wait for the next round. */
  soon(): void {
    if (!this.isRunning) return;
    this.failures = 0;
    if (this.isAsking) this.isWanted = true;
    else this.schedule(0);
  }

  private schedule(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.round(), ms);
  }

  private async round(): Promise<void> {
    const mine = this.run;
    this.isAsking = true;
    const now = Date.now();
    const asked = [...this.options.channels()].filter((channel) => (this.later.get(channel.topic) ?? 0) <= now);
    const outcomes = await Promise.all(asked.map((channel) => this.ask(channel, mine)));
    if (mine !== this.run) return;
    this.isAsking = false;
    const isSilent = outcomes.includes("silent") && !outcomes.includes("answered");
    this.failures = isSilent ? this.failures + 1 : 0;
    if (outcomes.length > 0) this.options.onRound(!isSilent);
    const soon = this.isWanted;
    this.isWanted = false;
    this.schedule(soon ? 0 : this.pause());
  }

  private async ask(channel: Channel, mine: number): Promise<Outcome> {
    try {
      const reply = await this.options.fetch(channel.topic, channel.since());
      if (mine === this.run && this.isStillThere(channel)) channel.joined(reply);
      return "answered";
    } catch (error) {
      if (!(error instanceof SocketRefusal)) return "silent";
      if (mine !== this.run || !this.isStillThere(channel)) return "answered";
      this.later.set(channel.topic, Date.now() + (error.retryAfter === null ? REFUSED_MS : error.retryAfter * 1000));
      channel.refused(error);
      return "answered";
    }
  }

  private isStillThere(channel: Channel): boolean {
    for (const one of this.options.channels()) if (one === channel) return true;
    return false;
  }

  /** Three seconds before somebody's eyes, fifteen behind; longer while nothing answers. A fifth of it is jitter. */
  private pause(): number {
    const whole = this.options.isHidden() ? HIDDEN_MS : VISIBLE_MS;
    const longer = Math.max(whole, Math.min(FAILED_CAP_MS, whole * 2 ** this.failures));
    return longer * (0.8 + 0.4 * this.options.random());
  }
}
