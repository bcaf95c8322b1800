/** Both hands stay on the desk: Space or → next, ← back, C takes the card off, ↑ ↓ choose, Alt+↑ ↓ move, Enter puts on air. */
import { onBeforeUnmount, onMounted } from "vue";

export type StudioKey = "next" | "back" | "clear" | "up" | "down" | "moveUp" | "moveDown" | "jump" | "help";

const KEYS: Record<string, StudioKey> = {
  " ": "next",
  ArrowRight: "next",
  PageDown: "next", // a presenter's clicker
  ArrowLeft: "back",
  PageUp: "back",
  c: "clear",
  ArrowUp: "up",
  ArrowDown: "down",
  Enter: "jump",
  "?": "help",
};

/** What this key means in the studio; null where it belongs to what has the focus. Pure. */
export function meaningOf(event: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat">, focus: "text" | "button" | "dialog" | "page"): StudioKey | null {
  if (event.ctrlKey || event.metaKey || event.repeat || focus === "text" || focus === "dialog") return null;
  const meant = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
  if (event.altKey) return meant === "up" ? "moveUp" : meant === "down" ? "moveDown" : null;
  if (focus === "button" && (event.key === " " || event.key === "Enter")) return null;
  return meant;
}

function focusOf(target: EventTarget | null): "text" | "button" | "dialog" | "page" {
  if (!(target instanceof HTMLElement)) return "page";
  if (target.closest("[role=dialog]") !== null) return "dialog";
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null) return "text";
  return target.closest("button, a, input, summary") === null ? "page" : "button";
}

export function useStudioKeys(act: (key: StudioKey) => void): void {
  function onKey(event: KeyboardEvent): void {
    const meant = meaningOf(event, focusOf(event.target));
    if (meant === null) return;
    event.preventDefault();
    act(meant);
  }
  onMounted(() => {
    window.addEventListener("keydown", onKey);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("keydown", onKey);
  });
}
