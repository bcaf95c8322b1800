import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, NetworkError } from "@/http/client";
import { Expired, isLate, newsOf, Outbox, SHOWN_MS, type Command, type Entry, type Identity } from "@/http/outbox";
import { firstWorking, localStore, memoryStore, type OutboxStore } from "@/http/outboxStore";

const GUEST: Identity = { id: 5, isGuest: true };
const ACCOUNT: Identity = { id: 9, isGuest: false };

let store: OutboxStore;
let me: Identity | null; // whom this page believes to be here
let session: Identity | null; // whom the server knows
let posted: { key: string; path: string; as: number | null }[];
let answers: unknown[];

/** A page: memory of its own, the store shared with the pages before it. */
function page(): Outbox {
  const outbox = new Outbox({
    store,
    now: () => Date.now(),
    random: () => 0.5,
    post: ({ key, path }) => {
      posted.push({ key, path, as: session?.id ?? null });
      const answer = answers.length > 0 ? answers.shift() : new NetworkError();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  outbox.introduce({
    who: () => me,
    refresh: () => Promise.resolve(void (me = session)),
    ensureSomeone: () => Promise.resolve(void (me = session ??= GUEST)),
  });
  return outbox;
}

const take = (booth = 4): Command => ({
  kind: "take",
  object: `booth:${booth}`,
  path: `/booths/${booth}/tickets`,
  body: { channel: "onsite" },
  about: "东升机械",
  keepMs: 7_200_000,
});
const leave = (ticket: number): Command => ({ ...take(), kind: "leave", path: `/tickets/${ticket}/leave`, body: {} });
const refusal = (status: number, code = "booths.fair_not_open", retryAfter: number | null = null): ApiError =>
  new ApiError(status, code, "招聘会不在开放时间。", {}, retryAfter);

async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}
const phases = (outbox: Outbox): string[] => outbox.sendings.map((one) => one.phase);

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date("2024-04-13T02:42:00Z"));
  store = memoryStore();
  [me, session] = [GUEST, GUEST];
  [posted, answers] = [[], []];
});
afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

describe("a command on a good network", () => {
  it("is kept until the answer, then gone from the store and shown as delivered for a minute", async () => {
    const outbox = page();
    answers = [{ id: 77, label: "4-001" }];
    const done = outbox.send(take());
    expect(await store.all()).toMatchObject([{ path: "/booths/4/tickets", actor: 5, at: Date.now() }]);
    await expect(done).resolves.toEqual({ id: 77, label: "4-001" });
    expect(await store.all()).toEqual([]);
    expect(outbox.sendings).toMatchObject([{ phase: "delivered", answeredAt: Date.now(), receipt: null }]);
    await pass(SHOWN_MS);
    expect(outbox.sendings).toEqual([]);
  });

  it("shows the receipt where the reply has one", async () => {
    const outbox = page();
    answers = [{ receipt: "000123" }];
    await outbox.send(take());
    expect(outbox.sendings[0]?.receipt).toBe("000123");
  });

  it("is one command however often it is pressed", async () => {
    const outbox = page();
    answers = [{ id: 77 }];
    await expect(Promise.all([outbox.send(take()), outbox.send(take())])).resolves.toEqual([{ id: 77 }, { id: 77 }]);
    expect(posted).toHaveLength(1);
  });
});

describe("a command without network", () => {
  it("is sent again under one key until it is answered", async () => {
    const outbox = page();
    answers = [new NetworkError(), new NetworkError(), refusal(500, "http.500"), { id: 77 }];
    const done = outbox.send(take());
    await pass();
    expect(phases(outbox)).toEqual(["waiting"]);
    await pass(60_000);
    await expect(done).resolves.toEqual({ id: 77 });
    expect(posted).toHaveLength(4);
    expect(new Set(posted.map((one) => one.key)).size).toBe(1);
  });

  it("backs off to ten seconds and no further", async () => {
    const outbox = page();
    void outbox.send(take()).catch(() => undefined);
    await pass(600_000);
    expect(posted.length).toBeGreaterThan(60);
    expect(posted.length).toBeLessThan(130);
  });

  it("goes at once when the page wakes", async () => {
    const outbox = page();
    void outbox.send(take());
    await pass(300_000);
    const before = posted.length;
    answers = [{ id: 77 }];
    outbox.wake();
    await pass();
    expect(posted).toHaveLength(before + 1);
    expect(phases(outbox)).toEqual(["delivered"]);
  });

  it("outlives its page: the next one sends it under the same key", async () => {
    void page().send(take()).catch(() => undefined);
    await pass();
    answers = [{ id: 77 }];
    const next = page();
    await next.start();
    await pass();
    expect(posted).toHaveLength(2);
    expect(new Set(posted.map((one) => one.key)).size).toBe(1);
    expect(phases(next)).toEqual(["delivered"]);
    expect(await store.all()).toEqual([]);
  });

  it("keeps the order about one object, and holds nothing else up", async () => {
    const outbox = page();
    answers = [new NetworkError(), { id: 88 }];
    void outbox.send(leave(77));
    void outbox.send(take(4));
    await outbox.send(take(6));
    expect(posted.map((one) => one.path)).toEqual(["/tickets/77/leave", "/booths/6/tickets"]);
    answers = [{ id: 77 }, { id: 99 }];
    outbox.wake();
    await pass();
    expect(posted.map((one) => one.path).slice(2)).toEqual(["/tickets/77/leave", "/booths/4/tickets"]);
  });

  it("is not sent when it waited too long, and says so", async () => {
    void page().send(take()).catch(() => undefined);
    await pass();
    const sent = posted.length;
    vi.setSystemTime(Date.now() + take().keepMs + 1);
    const next = page();
    await next.start();
    await pass();
    expect(phases(next)).toEqual(["expired"]);
    expect(await store.all()).toEqual([]);
    await pass(60_000);
    expect(posted.filter((_, at) => at >= sent)).toHaveLength(0);
  });
});

describe("a refusal", () => {
  it("ends the command, stays until it is read, and goes with the next press", async () => {
    const outbox = page();
    answers = [refusal(409)];
    await expect(outbox.send(take())).rejects.toMatchObject({ code: "booths.fair_not_open" });
    expect(await store.all()).toEqual([]);
    await pass(600_000);
    expect(posted).toHaveLength(1);
    expect(outbox.sendings).toMatchObject([{ phase: "refused", problem: { message: "招聘会不在开放时间。" } }]);
    answers = [{ id: 77 }];
    await outbox.send(take());
    expect(phases(outbox)).toEqual(["delivered"]);
  });

  it("can be dismissed; what still waits cannot", async () => {
    const outbox = page();
    answers = [refusal(409), new NetworkError()];
    await outbox.send(take(4)).catch(() => undefined);
    void outbox.send(take(6)).catch(() => undefined);
    await pass();
    for (const { entry } of [...outbox.sendings]) outbox.dismiss(entry.key);
    expect(phases(outbox)).toEqual(["waiting"]);
  });

  it("for being too quick is waited out", async () => {
    const outbox = page();
    answers = [refusal(429, "core.too_many", 20), { id: 77 }];
    const done = outbox.send(take());
    await pass(19_000);
    expect(posted).toHaveLength(1);
    await pass(1_000);
    await expect(done).resolves.toEqual({ id: 77 });
  });

  it("lets the next command about the same object go", async () => {
    const outbox = page();
    answers = [refusal(409), { id: 99 }];
    outbox.send(leave(77)).catch(() => undefined);
    await expect(outbox.send(take())).resolves.toEqual({ id: 99 });
  });
});

describe("whose command it is", () => {
  it("makes this device's guest where nobody was there", async () => {
    [me, session] = [null, null];
    const outbox = page();
    answers = [{ id: 77 }];
    await outbox.send(take());
    expect(posted).toMatchObject([{ as: GUEST.id }]);
  });

  it("never goes under another person's session, and waits unseen for its own", async () => {
    [me, session] = [ACCOUNT, ACCOUNT];
    void page().send(take()).catch(() => undefined);
    await pass();
    const sent = posted.length;
    [me, session] = [{ id: 13, isGuest: false }, { id: 13, isGuest: false }];
    const next = page();
    await next.start();
    await pass(600_000);
    expect(posted.slice(sent).filter((one) => one.as === 13)).toEqual([]);
    expect(next.sendings).toEqual([]);
    [me, session] = [ACCOUNT, ACCOUNT];
    answers = [{ id: 77 }];
    next.wake();
    await pass();
    expect(posted.at(-1)).toMatchObject({ as: ACCOUNT.id });
    expect(phases(next)).toEqual(["delivered"]);
  });

  it("asks who is there before a late sending: another tab may have signed in as somebody else", async () => {
    const outbox = page();
    void outbox.send(take()).catch(() => undefined);
    await pass();
    session = { id: 13, isGuest: false };
    const sent = posted.length;
    await pass(60_000);
    expect(posted).toHaveLength(sent);
  });

  it("waits for its person when the server finds another's session, and the other is told that something waits", async () => {
    [me, session] = [ACCOUNT, { id: 13, isGuest: false }];
    const outbox = page();
    answers = [refusal(403, "accounts.other_person")];
    const done = outbox.send(take());
    await pass(60_000);
    expect(posted).toHaveLength(1);
    expect([me, outbox.sendings, outbox.elsewhere]).toEqual([{ id: 13, isGuest: false }, [], 1]);
    [me, session] = [ACCOUNT, ACCOUNT];
    expect(phases(outbox)).toEqual(["sign_in"]);
    answers = [{ id: 77 }];
    outbox.wake();
    await expect(done).resolves.toEqual({ id: 77 });
    expect(outbox.elsewhere).toBe(0);
  });

  it("waits for sign-in when the session has ended, and says so", async () => {
    [me, session] = [ACCOUNT, ACCOUNT];
    const outbox = page();
    answers = [refusal(401, "core.not_signed_in")];
    const done = outbox.send(take());
    [session] = [null];
    await pass(30_000);
    expect(phases(outbox)).toEqual(["sign_in"]);
    expect(posted).toHaveLength(1);
    [me, session] = [ACCOUNT, ACCOUNT];
    answers = [{ id: 77 }];
    outbox.wake();
    await expect(done).resolves.toEqual({ id: 77 });
  });

  it("brings a guest whose session ended back by itself", async () => {
    const outbox = page();
    answers = [refusal(401, "core.not_signed_in"), { id: 77 }];
    session = null;
    const done = outbox.send(take());
    await pass(10_000);
    await expect(done).resolves.toEqual({ id: 77 });
    expect(posted.at(-1)).toMatchObject({ as: GUEST.id });
  });

  it("goes with the guest into the account", async () => {
    const outbox = page();
    const done = outbox.send(take());
    await pass();
    [me, session] = [ACCOUNT, ACCOUNT];
    answers = [{ id: 77 }];
    await outbox.handOver(GUEST.id, ACCOUNT);
    await expect(done).resolves.toEqual({ id: 77 });
    expect(posted.at(-1)).toMatchObject({ as: ACCOUNT.id });
    expect(new Set(posted.map((one) => one.key)).size).toBe(1);
  });

  it("stays the account's across a reload", async () => {
    const outbox = page();
    void outbox.send(take()).catch(() => undefined);
    await pass();
    await outbox.handOver(GUEST.id, ACCOUNT);
    expect(await store.all()).toMatchObject([{ actor: ACCOUNT.id, isGuest: false }]);
  });
});

describe("what is said", () => {
  it("is nothing in the blink a healthy network needs", async () => {
    const outbox = page();
    void outbox.send(take()).catch(() => undefined);
    const [one] = outbox.sendings;
    if (one === undefined) throw new Error("not kept");
    expect(isLate(one, Date.now())).toBe(false);
    expect(isLate(one, Date.now() + 3_001)).toBe(true);
    await pass();
    expect(isLate(one, Date.now())).toBe(true);
  });

  it("names the newest arrival only, and everything that has not arrived", async () => {
    const outbox = page();
    answers = [{ id: 77 }, { id: 78 }];
    for (const booth of [4, 5, 6]) {
      void outbox.send(take(booth)).catch(() => undefined);
      await pass();
    }
    expect(phases(outbox)).toEqual(["delivered", "delivered", "waiting"]);
    expect(newsOf(outbox.sendings)).toEqual(outbox.sendings.slice(1));
    expect(newsOf([])).toEqual([]);
  });

  it("rejects the press that expired", async () => {
    const outbox = page();
    const done = expect(outbox.send({ ...take(), keepMs: 5_000 })).rejects.toBeInstanceOf(Expired);
    await pass(30_000);
    await done;
  });
});

describe("the stores", () => {
  const entry = (key: string): Entry => ({ ...take(), key, actor: 5, isGuest: true, at: 1 });

  it.each([["memory", memoryStore], ["localStorage", localStore]] as const)("%s keeps, replaces and removes", async (_, make) => {
    const kept = make();
    await kept.put(entry("a"));
    await kept.put(entry("b"));
    await kept.put({ ...entry("a"), actor: 9 });
    expect((await kept.all()).map((one) => [one.key, one.actor]).sort()).toEqual([["a", 9], ["b", 5]]);
    await kept.remove("a");
    await kept.remove("b");
    expect(await kept.all()).toEqual([]);
  });

  it("fall back one by one when they are refused", async () => {
    const refused = (): Promise<never> => Promise.reject(new Error("private window"));
    const memory = memoryStore();
    const kept = firstWorking([{ all: refused, put: refused, remove: refused }, memory]);
    await kept.put(entry("a"));
    expect(await memory.all()).toHaveLength(1);
    expect(await kept.all()).toHaveLength(1);
    await kept.remove("a");
    expect(await kept.all()).toEqual([]);
  });
});
