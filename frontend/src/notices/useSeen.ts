/**
 * Tells the server what was seen. Shown is not seen: only what stands on a page that is visible for a moment counts,
 * because whoever is not looking must still get the text message.
 */
import { onScopeDispose, ref, watch, type Ref } from "vue";

import { acknowledge } from "@/notices/api";

export const LOOKED_AT_MS = 1_200;
const AGAIN_MS = 3_000;
const AT_ONCE = 100;

export function useVisible(): Ref<boolean> {
  const visible = ref(document.visibilityState === "visible");
  const look = (): void => {
    visible.value = document.visibilityState === "visible";
  };
  document.addEventListener("visibilitychange", look);
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", look);
  });
  return visible;
}

/** `shown`: ids of unseen notices on the screen now. Said again until heard. */
export function useSeen(shown: () => number[]): void {
  const visible = useVisible();
  const told = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function plan(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void tell(), ms);
  }

  async function tell(): Promise<void> {
    const ids = shown().filter((id) => !told.has(id)).slice(0, AT_ONCE);
    if (!visible.value || ids.length === 0) return;
    try {
      await acknowledge(ids);
      for (const id of ids) told.add(id);
    } catch {
      plan(AGAIN_MS);
    }
  }

  watch(
    () => [visible.value, shown().join()] as const,
    ([isVisible, ids]) => {
      clearTimeout(timer);
      if (isVisible && ids !== "") plan(LOOKED_AT_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
  });
}
