import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, ref, type EffectScope } from "vue";

import { fromAddress } from "@/search/criteria";
import { forgetResults, useSearch, type Search } from "@/search/useSearch";

interface Asked { path: string; signal: AbortSignal; answer: (body: unknown) => void; fail: () => void }

const asked: Asked[] = [];
let scope: EffectScope;

function page(id: number, next: string | null = null): unknown {
  return { items: [{ id }], total: 30, facets: [], sort: "newest", sorts: ["newest"], next };
}

function start(q: string): { search: Search; criteria: ReturnType<typeof ref<ReturnType<typeof fromAddress>>> } {
  const criteria = ref(fromAddress({ q }));
  const search = scope.run(() => useSearch(criteria));
  if (search === undefined) throw new Error("no scope");
  return { search, criteria };
}

beforeEach(() => {
  asked.length = 0;
  forgetResults();
  scope = effectScope();
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    new Promise((resolve, reject) => {
      const signal = init.signal as AbortSignal;
      signal.addEventListener("abort", () => { reject(new DOMException("aborted", "AbortError")); });
      asked.push({
        path,
        signal,
        answer: (body) => { resolve(new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } })); },
        fail: () => { reject(new TypeError("network")); },
      });
    }),
  );
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

describe("searching", () => {
  it("gives an older question up, so its late answer never covers the newer one", async () => {
    const { search, criteria } = start("焊");
    criteria.value = fromAddress({ q: "焊工" });
    await flushPromises();
    expect(asked.map((one) => one.signal.aborted)).toEqual([true, false]);
    asked[1]?.answer(page(2));
    asked[0]?.answer(page(1));
    await flushPromises();
    expect(search.results.value?.positions.map((one) => one.id)).toEqual([2]);
    expect([search.face.value, search.busy.value]).toEqual(["ready", false]);
  });

  it("keeps what was found while the next answer is on its way, and when the network goes", async () => {
    const { search, criteria } = start("焊");
    asked[0]?.answer(page(1));
    await flushPromises();
    criteria.value = fromAddress({ q: "焊工" });
    await flushPromises();
    expect([search.results.value?.positions[0]?.id, search.busy.value]).toEqual([1, true]);
    asked[1]?.fail();
    await flushPromises();
    expect([search.results.value?.positions[0]?.id, search.face.value]).toEqual([1, "offline"]);
    window.dispatchEvent(new Event("online"));
    asked[2]?.answer(page(3));
    await flushPromises();
    expect([search.results.value?.positions[0]?.id, search.face.value]).toEqual([3, "ready"]);
  });

  it("adds a page once, and no position twice", async () => {
    const { search } = start("焊");
    asked[0]?.answer(page(1, "c"));
    await flushPromises();
    void search.loadMore();
    void search.loadMore();
    expect(asked.length).toBe(2);
    expect(asked[1]?.path).toContain("cursor=c");
    asked[1]?.answer({ items: [{ id: 1 }, { id: 2 }], total: null, facets: null, sort: "newest", sorts: [], next: null });
    await flushPromises();
    expect(search.results.value?.positions.map((one) => one.id)).toEqual([1, 2]);
    expect([search.results.value?.total, search.results.value?.next]).toEqual([30, null]);
  });

  it("comes back to the same results without asking", async () => {
    start("焊");
    asked[0]?.answer(page(1));
    await flushPromises();
    scope.stop();
    scope = effectScope();
    const { search } = start("焊");
    expect([search.face.value, search.results.value?.positions[0]?.id, asked.length]).toEqual(["ready", 1, 1]);
  });
});
