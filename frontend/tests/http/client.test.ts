import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, commandNow, get, NetworkError, NoAnswer, NOW_MS, post, retryPause, sendOnce, traffic, useIdentity, whenOtherPerson } from "@/http/client";
import { explain } from "@/http/explain";
import { Expired } from "@/http/outbox";

interface Call {
  url: string;
  init: RequestInit;
}
let calls: Call[];
let answers: (Response | Error)[];

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}
function header(call: Call | undefined, name: string): string | undefined {
  return (call?.init.headers as Record<string, string> | undefined)?.[name];
}

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  answers = [];
  document.cookie = "csrftoken=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    calls.push({ url, init });
    const answer = answers.shift() ?? new Error("no answer planned");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("reading", () => {
  it("asks the API without a token", async () => {
    answers = [json({ slug: "nantong" })];
    await expect(get("/fairs/nantong")).resolves.toEqual({ slug: "nantong" });
    expect(calls[0]?.url).toBe("/api/fairs/nantong");
    expect(header(calls[0], "X-CSRFToken")).toBeUndefined();
  });

  it("turns a refusal into an ApiError", async () => {
    const error = { code: "accounts.phone_invalid", message: "手机号不对", fields: { phone: "11 位" }, retry_after: null };
    answers = [json({ error }, 422)];
    const refusal = await get("/x").catch((caught: unknown) => caught);
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({ status: 422, code: "accounts.phone_invalid", message: "手机号不对", fields: { phone: "11 位" }, retryAfter: null });
  });

  it("takes the wait from the header where the body has none", async () => {
    answers = [json({ error: { code: "core.too_many", message: "太频繁" } }, 429, { "Retry-After": "7" })];
    await expect(get("/x")).rejects.toMatchObject({ retryAfter: 7 });
  });

  it("makes sense of an error page that is not JSON", async () => {
    answers = [new Response("<h1>500</h1>", { status: 500 })];
    await expect(get("/x")).rejects.toMatchObject({ status: 500, code: "http.500", message: "" });
  });

  it.each([502, 503, 504])("takes a gateway's %i for no answer", async (status) => {
    answers = [new Response("", { status })];
    await expect(get("/x")).rejects.toBeInstanceOf(NetworkError);
  });
});

describe("writing", () => {
  it("carries the cookie's CSRF token, else the latest MeOut's", async () => {
    useIdentity("from-me", null);
    answers = [json({}), json({})];
    await post("/sign-out");
    document.cookie = "csrftoken=from-cookie";
    await post("/sign-out");
    expect(calls.map((call) => header(call, "X-CSRFToken"))).toEqual(["from-me", "from-cookie"]);
  });
});

describe("who sends", () => {
  afterEach(() => {
    useIdentity("", null);
    whenOtherPerson(() => undefined);
  });

  it("is said by each command, and by nothing that may be anybody's", async () => {
    useIdentity("", 9);
    answers = [json({}), json({}), json({}), json({})];
    await commandNow("/desks/4/call-next");
    await sendOnce("/booths/4/tickets", {}, "a-key", 1_000, 5);
    await post("/guests");
    await get("/me");
    expect(calls.map((call) => header(call, "X-Expected-User"))).toEqual(["9", "5", undefined, undefined]);
  });

  it("is not said where this page knows nobody", async () => {
    answers = [json({})];
    await sendOnce("/booths/4/tickets", {}, "a-key");
    expect(header(calls[0], "X-Expected-User")).toBeUndefined();
  });

  it("has the page learn who is here when the server knows somebody else, and repeats nothing", async () => {
    const learn = vi.fn();
    whenOtherPerson(learn);
    useIdentity("", 9);
    answers = [json({ error: { code: "accounts.other_person", message: "这个浏览器现在登录的是另一个账号" } }, 403)];
    await expect(commandNow("/desks/4/call-next")).rejects.toMatchObject({ code: "accounts.other_person" });
    expect(learn).toHaveBeenCalledOnce();
    expect(calls).toHaveLength(1);
  });
});

describe("a command for now", () => {
  it("keeps one key through all its retries and says that it retries", async () => {
    answers = [new TypeError("offline"), new Response("", { status: 503 }), json({ ticket: null })];
    const done = commandNow("/desks/4/call-next");
    await vi.advanceTimersByTimeAsync(0);
    expect(traffic.retrying).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(done).resolves.toEqual({ ticket: null });
    const keys = calls.map((call) => header(call, "Idempotency-Key"));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(calls.map((call) => call.init.body)).toEqual(Array(3).fill("{}"));
    expect(traffic.retrying).toBe(0);
  });

  it("has another key each time it is given", async () => {
    answers = [json({}), json({})];
    await commandNow("/tickets/1/serve");
    await commandNow("/tickets/1/serve");
    expect(header(calls[0], "Idempotency-Key")).not.toBe(header(calls[1], "Idempotency-Key"));
  });

  it("does not repeat what was refused", async () => {
    answers = [json({ error: { code: "booths.desk_busy", message: "先完成" } }, 409)];
    await expect(commandNow("/desks/4/call-next")).rejects.toMatchObject({ code: "booths.desk_busy" });
    expect(calls).toHaveLength(1);
    expect(traffic.retrying).toBe(0);
  });

  it("is given up after ten seconds, and never sent again", async () => {
    const done = expect(commandNow("/desks/4/call-next")).rejects.toBeInstanceOf(NoAnswer);
    await vi.advanceTimersByTimeAsync(NOW_MS);
    await done;
    const sent = calls.length;
    expect(sent).toBeGreaterThan(2);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(calls).toHaveLength(sent);
    expect(traffic.retrying).toBe(0);
  });
});

describe("one sending", () => {
  it("takes silence for no answer", async () => {
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => {
        reject(new DOMException("aborted", "AbortError"));
      });
    }));
    const done = expect(sendOnce("/booths/4/tickets", { channel: "onsite" }, "k".repeat(32))).rejects.toBeInstanceOf(NetworkError);
    await vi.advanceTimersByTimeAsync(15_000);
    await done;
  });

  it("takes an answer that was cut off for no answer", async () => {
    answers = [new Response('{"id": 9, "lab', { status: 201 })];
    await expect(sendOnce("/x", {}, "k".repeat(32))).rejects.toBeInstanceOf(NetworkError);
  });
});

describe("retryPause", () => {
  it("doubles, is half jitter, and stays under ten seconds", () => {
    expect([0, 1, 2, 9].map((attempt) => retryPause(attempt, () => 1))).toEqual([800, 1600, 3200, 10_000]);
    expect([0, 9].map((attempt) => retryPause(attempt, () => 0))).toEqual([400, 5_000]);
  });
});

describe("explain", () => {
  const t = (key: string, named?: Record<string, unknown>): string => `${key}${named ? JSON.stringify(named) : ""}`;

  it("prefers the server's own sentence", () => {
    expect(explain(new ApiError(409, "booths.desk_busy", "先完成。"), t)).toBe("先完成。");
    expect(explain(new ApiError(429, "core.too_many", "太频繁。", {}, 9), t)).toBe('太频繁。error.wait{"n":9}');
    expect(explain(new ApiError(500, "http.500", ""), t)).toBe("error.unknown");
    expect(explain(new NetworkError(), t)).toBe("error.network");
    expect(explain(new NoAnswer(), t)).toBe("error.noAnswer");
    expect(explain(new Expired(), t)).toBe("sending.expired");
    expect(explain(new Error("bug"), t)).toBe("error.unknown");
  });
});
