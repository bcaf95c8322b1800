import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { refuseAtSight } from "@/checkin/answers";
import { curveOf, hoursOf } from "@/checkin/day";
import { BATCH, ScanQueue, type KeptScan } from "@/checkin/queue";
import { ApiError, NetworkError } from "@/http/client";
import { memoryStore, type OutboxStore } from "@/http/outboxStore";
import type { HallOut, ScanIn, ScanOut, ScansOut } from "@/http/schema.gen";

const HALL: HallOut = { occupancy: 1, capacity: null, held: false, must_leave: 0, level: 0 };
let store: OutboxStore<KeptScan>;
/** The server: each scan id once, an undo wins, as its tests say of the real one. */
let passed: Map<string, ScanIn>;
let network: "on" | "off" | "lost_reply" | "signed_out";
let batches: string[][];

function answer(scan: ScanIn): ScanOut {
  const undone = scan.undone_at != null;
  const verdict = scan.shown === "forged" ? "unknown" : scan.direction;
  return { id: scan.id, verdict, counted: !undone, undone, who: "", role: "walk_in", employer: "", last_at: null, last_gate: "" };
}

function send(scans: ScanIn[]): Promise<ScansOut> {
  if (network === "off") return Promise.reject(new NetworkError());
  if (network === "signed_out") return Promise.reject(new ApiError(401, "core.not_signed_in", ""));
  batches.push(scans.map((one) => one.id));
  for (const scan of scans) passed.set(scan.id, { ...scan, undone_at: scan.undone_at ?? passed.get(scan.id)?.undone_at ?? null });
  if (network === "lost_reply") return Promise.reject(new NetworkError());
  return Promise.resolve({ answers: scans.map(answer), hall: HALL });
}

const page = (): ScanQueue => new ScanQueue({ slug: "nantong", store, send, random: () => 0.5 });
const walkIn = { gate: 1, direction: "in", shown: null, by: 7 } as const;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date("2026-04-11T04:00:00Z"));
  store = memoryStore<KeptScan>();
  passed = new Map();
  batches = [];
  network = "on";
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the queue at the gate", () => {
  it("asks the server and keeps nothing that is answered", async () => {
    const queue = page();
    const { answer: reply } = await queue.tap(walkIn);
    expect(reply?.verdict).toBe("in");
    expect(await store.all()).toEqual([]);
    expect(queue.state).toMatchObject({ waiting: 0, online: true });
  });

  it("keeps what had no answer, through a killed tab, and brings it in once and in order", async () => {
    network = "off";
    const first = page();
    const keys: string[] = [];
    for (let n = 0; n < 65; n++) {
      vi.setSystemTime(Date.now() + 1_000);
      keys.push((await first.tap(walkIn)).key);
    }
    expect(first.state).toMatchObject({ waiting: 65, online: false });
    first.stop(); // the tab is gone
    network = "on";
    const second = page();
    await second.start();
    expect(batches.map((batch) => batch.length)).toEqual([BATCH, BATCH, 5]);
    expect(batches.flat()).toEqual(keys);
    expect([...passed.values()].every((scan) => scan.decided_by_device === true)).toBe(true);
    expect(second.state).toMatchObject({ waiting: 0, online: true });
  });

  it("is one passage when the reply was lost and two tabs bring it in", async () => {
    network = "lost_reply";
    const [one, other] = [page(), page()];
    const { answer: reply } = await one.tap(walkIn);
    expect(reply).toBeNull();
    network = "on";
    await Promise.all([one.sync(), other.sync()]);
    expect(passed.size).toBe(1);
    expect(await store.all()).toEqual([]);
  });

  it("is online again when another tab has brought everything in", async () => {
    network = "off";
    const first = page();
    await first.tap(walkIn);
    const second = page();
    await second.start();
    expect(second.state).toMatchObject({ waiting: 1, online: false });
    network = "on";
    await first.sync();
    await second.sync();
    expect(second.state).toMatchObject({ waiting: 0, online: true });
    expect(batches).toHaveLength(1);
  });

  it("tries again by itself, later and later", async () => {
    network = "off";
    const queue = page();
    await queue.tap(walkIn);
    await vi.advanceTimersByTimeAsync(3_000);
    network = "on";
    await vi.advanceTimersByTimeAsync(12_000);
    expect(queue.state.waiting).toBe(0);
    expect(passed.size).toBe(1);
  });

  it("takes back what was answered, and what was not", async () => {
    const queue = page();
    const { key } = await queue.tap(walkIn);
    await queue.undo(key);
    expect(passed.get(key)?.undone_at).not.toBeNull();
    network = "off";
    const { key: unsent } = await queue.tap(walkIn);
    await queue.undo(unsent);
    expect(queue.state.waiting).toBe(1);
    network = "on";
    await queue.sync();
    expect(passed.get(unsent)).toMatchObject({ decided_by_device: true });
    expect(passed.get(unsent)?.undone_at).not.toBeNull();
    expect(await store.all()).toEqual([]);
  });

  it("says who must sign in, and keeps everything meanwhile", async () => {
    network = "signed_out";
    const queue = page();
    await queue.tap(walkIn);
    expect(queue.state).toMatchObject({ waiting: 1, problem: "sign_in", online: true });
    network = "on";
    await queue.sync();
    expect(queue.state).toMatchObject({ waiting: 0, problem: "" });
  });

  it("tells of passes that were let through offline and were not good", async () => {
    network = "off";
    const queue = page();
    await queue.tap({ ...walkIn, shown: "forged" });
    network = "on";
    await queue.sync();
    expect(queue.state.doubtful).toBe(1);
  });

  it("leaves another fair's scans alone", async () => {
    network = "off";
    const elsewhere = new ScanQueue({ slug: "suzhou", store, send, random: () => 0.5 });
    await elsewhere.tap(walkIn);
    elsewhere.stop();
    network = "on";
    await page().start();
    expect((await store.all()).map((one) => one.slug)).toEqual(["suzhou"]);
  });
});

describe("what a phone can tell by itself", () => {
  const token = "0123456789ABCDEFGHJKMNPQRS";

  it("lets the server judge what looks like a pass of this fair", () => {
    for (const text of [`JF1-12-${token}`, `jf1-12-${token.toLowerCase()}`, token, "abcd 0il1", "ABCD-EFGH"]) expect(refuseAtSight(text, 12)).toBeNull();
  });

  it("refuses another fair's pass and what is none", () => {
    expect(refuseAtSight(`JF1-13-${token}`, 12)).toBe("other_fair");
    for (const text of ["", "https://example.com", "JF1-12-SHORT", "12345678901", "微信支付"]) expect(refuseAtSight(text, 12)).toBe("unknown");
  });
});

describe("a day's minutes", () => {
  const minute = (time: string, came_in: number, went_out: number, occupancy: number) => ({ at: `2026-04-11T${time}:00Z`, came_in, went_out, occupancy });
  const minutes = [minute("01:05", 4, 0, 4), minute("01:59", 3, 1, 6), minute("02:30", 0, 4, 2)];

  it("add up by hour", () => {
    expect(hoursOf(minutes).map(({ cameIn, wentOut, atEnd }) => [cameIn, wentOut, atEnd])).toEqual([[7, 1, 6], [0, 4, 2]]);
  });

  it("become a curve with its peak, and the capacity where it matters", () => {
    const curve = curveOf(minutes, 10, 720, 200, Date.parse("2026-04-11T02:45:00Z"));
    expect(curve?.peak).toMatchObject({ occupancy: 6, x: 354 });
    expect(curve?.capacityY).not.toBeNull();
    expect(curveOf(minutes, 5_000, 720, 200, Date.parse("2026-04-11T02:45:00Z"))?.capacityY).toBeNull();
    expect(curveOf([], 10, 720, 200, 0)).toBeNull();
  });
});
