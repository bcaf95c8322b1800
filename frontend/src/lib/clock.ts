/** The server's time, as well as this device can know it. Phones' own clocks may be minutes off. */
import { onScopeDispose, ref, type Ref } from "vue";

const KEPT = 8;
let samples: number[] = [];

/** Learn from an instant the server just sent. Delay only makes it look older, so the largest difference is the best. */
export function syncClock(serverNow: string, receivedAt: number = Date.now()): void {
  const difference = Date.parse(serverNow) - receivedAt;
  if (Number.isNaN(difference)) return;
  const last = samples.at(-1);
  // The device's clock was set meanwhile: what was learnt before is void.
  if (last !== undefined && Math.abs(last - difference) > 30_000) samples = [];
  samples = [...samples, difference].slice(-KEPT);
}

/** Milliseconds since 1970 by the server's clock. */
export function serverNow(at: number = Date.now()): number {
  return samples.length === 0 ? at : at + Math.max(...samples);
}

export function forgetClock(): void {
  samples = [];
}

/** The server's time, ticking while the component lives. */
export function useNow(everyMs = 1_000): Ref<number> {
  const now = ref(serverNow());
  const timer = setInterval(() => {
    now.value = serverNow();
  }, everyMs);
  onScopeDispose(() => {
    clearInterval(timer);
  });
  return now;
}
