/** The results for what is asked now: an older question is given up, and what was found stays until the new is here. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";

import { faceOf, type Face } from "@/http/useLoad";
import { fetchEmployers, fetchPositions } from "@/search/api";
import { toRequest, type Criteria } from "@/search/criteria";
import type { EmployerCardOut, FacetOut, PositionCardOut, SearchOut } from "@/http/schema.gen";
import { NetworkError } from "@/http/client";

export interface Results {
  /** The request they answer. */
  path: string;
  positions: PositionCardOut[];
  employers: EmployerCardOut[];
  total: number;
  facets: FacetOut[];
  sort: SearchOut["sort"] | null;
  sorts: SearchOut["sorts"];
  next: string | null;
}

export interface Search {
  results: ShallowRef<Results | null>;
  face: Ref<Face>;
  /** A newer answer is on its way. */
  busy: Ref<boolean>;
  /** The next page is on its way, or did not come. */
  more: Ref<"idle" | "loading" | "failed">;
  again: () => Promise<void>;
  loadMore: () => Promise<void>;
}

/** Kept between pages, so that coming back from a position is instant and at the same place. */
let kept: Results | null = null;

export function forgetResults(): void {
  kept = null;
}

export function useSearch(criteria: Ref<Criteria>): Search {
  const results = shallowRef<Results | null>(kept?.path === toRequest(criteria.value) ? kept : null);
  const face = ref<Face>(results.value === null ? "loading" : "ready");
  const busy = ref(false);
  const more = ref<"idle" | "loading" | "failed">("idle");
  let waiting = new AbortController();

  async function again(): Promise<void> {
    waiting.abort();
    const mine = (waiting = new AbortController());
    const asked = criteria.value;
    busy.value = true;
    more.value = "idle";
    if (results.value === null) face.value = "loading";
    try {
      const found = await ask(asked, null, mine.signal);
      if (mine.signal.aborted) return;
      results.value = kept = found;
      face.value = "ready";
    } catch (error) {
      if (!mine.signal.aborted) face.value = faceOf(error);
    } finally {
      if (!mine.signal.aborted) busy.value = false;
    }
  }

  async function loadMore(): Promise<void> {
    const held = results.value;
    if (held?.next == null || more.value === "loading" || busy.value) return;
    const mine = waiting;
    more.value = "loading";
    try {
      const page = await ask(criteria.value, held.next, mine.signal);
      if (mine.signal.aborted || results.value !== held) return;
      results.value = kept = joined(held, page);
      more.value = "idle";
    } catch {
      if (!mine.signal.aborted) more.value = "failed";
    }
  }

  watch(() => toRequest(criteria.value), (path) => {
    if (results.value?.path !== path || face.value !== "ready") void again();
  }, { immediate: true });

  const onBack = (): void => {
    if (face.value === "offline") void again();
    else if (more.value === "failed") void loadMore();
  };
  window.addEventListener("online", onBack);
  onScopeDispose(() => {
    waiting.abort();
    window.removeEventListener("online", onBack);
  });
  return { results, face, busy, more, again, loadMore };
}

async function ask(criteria: Criteria, cursor: string | null, signal: AbortSignal): Promise<Results> {
  const path = toRequest(criteria, cursor);
  if (!navigator.onLine && cursor === null) throw new NetworkError();
  if (criteria.what === "employers") {
    const found = await fetchEmployers(path, signal);
    return { path, positions: [], employers: found.items, total: found.total ?? 0, facets: [], sort: null, sorts: [], next: found.next };
  }
  const found = await fetchPositions(path, signal);
  return { ...found, path, positions: found.items, employers: [], total: found.total ?? 0, facets: found.facets ?? [] };
}

/** A line grows while one reads, so a position may come again further down: it is shown once. */
export function joined(held: Results, page: Results): Results {
  const seen = new Set(held.positions.map((one) => one.id));
  return {
    ...held,
    positions: [...held.positions, ...page.positions.filter((one) => !seen.has(one.id))],
    employers: [...held.employers, ...page.employers],
    next: page.next,
  };
}
