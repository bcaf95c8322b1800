/**
 * What a clerk did at the gate, kept from the tap until the server has it: through lost networks, reloads, killed tabs.
 *
 * Each scan has one id for ever. While the clerk waits, the server decides; without an answer in time the clerk lets
 * the person through, the scan says so, and it is brought in later, in order. Tabs share the store: what one has
 * brought in is gone for all, and what two bring in counts once.
 */
import { shallowReactive } from "vue";

import { ApiError, NetworkError, retryPause } from "@/http/client";
import type { OutboxStore } from "@/http/outboxStore";
import type { HallOut, ScanIn, ScanOut, ScansOut } from "@/http/schema.gen";
import { newCommandId } from "@/lib/ids";

/** As kept; instants are this device's own. */
export interface KeptScan {
  key: string;
  slug: string;
  at: number;
  scan: ScanIn;
}

export interface Tap {
  gate: number;
  direction: "in" | "out";
  /** What was held out; null for somebody without a pass. */
  shown: string | null;
  by: number | null;
}

export interface QueueOptions {
  slug: string;
  store: OutboxStore<KeptScan>;
  send: (scans: ScanIn[], within: number) => Promise<ScansOut>;
  heard?: (hall: HallOut) => void;
  now?: () => number;
  random?: () => number;
}

export interface QueueState {
  /** Not yet with the server. */
  waiting: number;
  /** Why they wait, where it is not the network: "sign_in". */
  problem: "" | "sign_in" | "refused";
  online: boolean;
  /** Of those let through without network, how many passes turned out not to be good. */
  doubtful: number;
}

export const ANSWER_MS = 2_500;
export const BATCH = 30;
const SYNC_MS = 15_000;
const GOOD = new Set(["in", "out", "already_in", "not_in"]);

export class ScanQueue {
  readonly state = shallowReactive<QueueState>({ waiting: 0, problem: "", online: true, doubtful: 0 });
  private readonly flying = new Set<string>();
  private readonly recent = new Map<string, ScanIn>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private attempts = 0;
  private syncing: Promise<void> | null = null;

  constructor(private readonly options: QueueOptions) {}

  /** Take up what an earlier page left. */
  async start(): Promise<void> {
    await this.count();
    await this.sync();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Keep the tap and ask. Null: no answer in time, so the clerk has let the person through. */
  async tap(tap: Tap): Promise<{ key: string; answer: ScanOut | null }> {
    const key = newCommandId();
    const at = this.now();
    const scan: ScanIn = {
      id: key,
      gate_id: tap.gate,
      direction: tap.direction,
      shown: tap.shown,
      device_at: new Date(at).toISOString(),
      decided_by_device: false,
      pressed_by: tap.by,
      undone_at: null,
    };
    this.remember(scan);
    this.flying.add(key);
    const kept = { key, slug: this.options.slug, at, scan };
    try {
      await this.options.store.put(kept);
      await this.count();
      const reply = await this.options.send([scan], this.state.online ? ANSWER_MS : ANSWER_MS / 2);
      await this.took([key], reply);
      return { key, answer: reply.answers[0] ?? null };
    } catch (error) {
      await this.options.store.put({ ...kept, scan: { ...(this.recent.get(key) ?? scan), decided_by_device: true } });
      this.failed(error);
      return { key, answer: null };
    } finally {
      this.flying.delete(key);
      await this.count();
      if (this.state.waiting > 0) this.later();
    }
  }

  /** Take a tap back, whether or not the server has it already. */
  async undo(key: string): Promise<void> {
    const kept = (await this.options.store.all()).find((one) => one.key === key);
    const scan = kept?.scan ?? this.recent.get(key);
    if (scan === undefined) return;
    const undone = { ...scan, undone_at: new Date(this.now()).toISOString() };
    this.remember(undone);
    await this.options.store.put({ key, slug: this.options.slug, at: kept?.at ?? Date.parse(scan.device_at), scan: undone });
    await this.sync();
  }

  /** The scans that wait here, of this fair, in the order they were made. */
  async waiting(): Promise<KeptScan[]> {
    const all = await this.options.store.all();
    return all.filter((one) => one.slug === this.options.slug).sort((one, other) => one.at - other.at);
  }

  /** Bring in what waits. One at a time in this page; another page may do the same. */
  sync(): Promise<void> {
    this.syncing ??= this.bring().finally(() => {
      this.syncing = null;
    });
    return this.syncing;
  }

  private async bring(): Promise<void> {
    this.stop();
    try {
      for (;;) {
        const batch = (await this.waiting()).filter((one) => !this.flying.has(one.key)).slice(0, BATCH);
        if (batch.length === 0) break;
        const reply = await this.options.send(batch.map((one) => one.scan), SYNC_MS);
        await this.took(batch.map((one) => one.key), reply, batch);
      }
    } catch (error) {
      this.failed(error);
    }
    await this.count();
    if (this.state.waiting > 0) this.later();
    else if (this.flying.size === 0) this.state.online = true; // another page of this phone has brought them in
  }

  private async took(keys: string[], reply: ScansOut, batch: KeptScan[] = []): Promise<void> {
    const waits = new Map((await this.waiting()).map((one) => [one.key, one.scan]));
    for (const key of keys) {
      const sent = batch.find((one) => one.key === key)?.scan;
      // Taken back while it was on its way: what is kept now has to be brought in once more.
      const changed = waits.get(key)?.undone_at != null && (sent ?? null)?.undone_at == null;
      if (!changed) await this.options.store.remove(key);
    }
    const offline = new Set(batch.filter((one) => one.scan.decided_by_device === true).map((one) => one.key));
    this.state.doubtful += reply.answers.filter((one) => offline.has(one.id) && !one.undone && !GOOD.has(one.verdict)).length;
    this.attempts = 0;
    Object.assign(this.state, { online: true, problem: "" });
    this.options.heard?.(reply.hall);
  }

  private failed(error: unknown): void {
    this.attempts += 1;
    if (error instanceof ApiError) this.state.problem = error.status === 401 || error.status === 404 || error.status === 403 ? "sign_in" : "refused";
    else this.state.problem = "";
    this.state.online = !(error instanceof NetworkError || (error instanceof Error && error.name === "AbortError"));
  }

  private later(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.sync();
    }, retryPause(Math.min(this.attempts, 6), this.options.random));
  }

  private async count(): Promise<void> {
    this.state.waiting = (await this.waiting()).filter((one) => !this.flying.has(one.key) || !this.state.online).length;
  }

  private remember(scan: ScanIn): void {
    this.recent.set(scan.id, scan);
    const oldest = this.recent.keys().next().value;
    if (this.recent.size > 20 && oldest !== undefined) this.recent.delete(oldest);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
