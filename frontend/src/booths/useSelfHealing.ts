/** A page nobody touches for days: when it has heard nothing for long although the server answers, it loads itself anew. */
import { onScopeDispose, ref, type Ref } from "vue";

import { serverNow } from "@/lib/clock";
import { socket } from "@/realtime/page";

const TICK_MS = 1_000;
const TRY_EVERY_MS = 20_000;
const PATIENCE_MS = 5_000;
const SILENT_MS = 3 * 60_000;
const DAY_MS = 24 * 3_600_000;

export interface Freshness {
  /** When the page last knew itself connected, by the server's clock. */
  heardAt: Ref<number>;
  isFresh: Ref<boolean>;
}

/** Reload after a day, so that a new version comes and nothing piles up; sooner when it is cut off or out of date. */
export function shouldReload(state: { silentMs: number; ageMs: number; isOutdated: boolean; isQuiet: boolean }): boolean {
  if (state.isOutdated || state.silentMs > SILENT_MS) return true;
  return state.ageMs > DAY_MS && state.isQuiet;
}

/** Loading without a server would end on the browser's error page, which heals nothing. */
async function answers(): Promise<boolean> {
  const off = new AbortController();
  const timer = setTimeout(() => {
    off.abort();
  }, PATIENCE_MS);
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: off.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** `isQuiet`: nobody was called lately, so nobody misses the second the loading takes. */
export function useSelfHealing(isQuiet: () => boolean): Freshness {
  const since = Date.now();
  const heardAt = ref(serverNow());
  const isFresh = ref(true);
  let lastHeard = since;
  let lastTried = since;

  async function tick(): Promise<void> {
    const { state, closedBecause, polling } = socket.connection;
    const now = Date.now();
    isFresh.value = state === "connected" || polling;
    if (isFresh.value) {
      lastHeard = now;
      heardAt.value = serverNow();
    }
    const isOutdated = closedBecause === "page_too_old";
    if (!shouldReload({ silentMs: now - lastHeard, ageMs: now - since, isOutdated, isQuiet: isQuiet() })) return;
    if (now - lastTried < TRY_EVERY_MS) return;
    lastTried = now;
    if (await answers()) location.reload();
  }

  const timer = setInterval(() => void tick(), TICK_MS);
  onScopeDispose(() => {
    clearInterval(timer);
  });
  return { heardAt, isFresh };
}
