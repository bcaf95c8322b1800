/** A recruiter's hands stay on the keyboard: Space calls, Enter goes on, 1–3 choose a result. */
import { onBeforeUnmount, onMounted } from "vue";

import type { InterviewResult } from "@/booths/line";
import type { Console } from "@/booths/useConsole";

export const RESULTS: InterviewResult[] = ["talked", "left", "no_show"];

/** Keys belong to the control that has the focus first. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, button, a, [contenteditable]") !== null;
}

export function useConsoleKeys(desk: Console): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTaken(event.target)) return;
    const chosen = RESULTS[Number(event.key) - 1];
    const state = desk.view.value?.current?.state;
    if (event.code === "Space") void desk.callNext();
    else if (event.key === "Enter") void (state === "serving" ? desk.finish() : desk.serve());
    else if (chosen !== undefined && state === "serving") desk.result.value = chosen;
    else return;
    event.preventDefault();
  }
  onMounted(() => {
    window.addEventListener("keydown", onKey);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("keydown", onKey);
  });
}
