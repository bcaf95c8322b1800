/** J/K go through the queue, A accepts, R sends back, / searches, Escape goes back. Never while someone types. */
import { onScopeDispose } from "vue";

export interface ReviewKeys {
  next: () => void;
  previous: () => void;
  accept: () => void;
  refuse: () => void;
  search: () => void;
  back: () => void;
}

export function keyOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">, typing: boolean): keyof ReviewKeys | null {
  if (event.key === "Escape") return "back";
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return null;
  const keys: Record<string, keyof ReviewKeys> = { j: "next", k: "previous", a: "accept", r: "refuse", "/": "search" };
  return keys[event.key.toLowerCase()] ?? null;
}

export function useReviewKeys(acts: ReviewKeys): void {
  const onKey = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select") !== null;
    const act = keyOf(event, typing);
    if (act === null) return;
    event.preventDefault();
    acts[act]();
  };
  window.addEventListener("keydown", onKey);
  onScopeDispose(() => {
    window.removeEventListener("keydown", onKey);
  });
}
