/** A recruiter's hands stay on the keyboard: Space calls, Enter goes on, 1–3 choose a result. */
import { onBeforeUnmount, onMounted, watch } from "vue";

import type { InterviewResult } from "@/booths/line";
import type { Console } from "@/booths/useConsole";

export const RESULTS: InterviewResult[] = ["talked", "left", "no_show"];

/** What has the focus comes first: every key belongs to a text field, Space and Enter to a button or link. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input:not([type=radio]), textarea, select, [contenteditable]") !== null) return true;
  return (event.code === "Space" || event.key === "Enter") && target.closest("button, a") !== null;
}

/** A button that was pressed and can't be pressed again must not swallow the next key. */
function letGo(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLButtonElement && focused.disabled) focused.blur();
}

export function useConsoleKeys(desk: Console): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTaken(event)) return;
    const chosen = RESULTS[Number(event.key) - 1];
    const state = desk.view.value?.current?.state;
    if (event.code === "Space") void desk.callNext();
    else if (event.key === "Enter") void (state === "serving" ? desk.finish() : desk.serve());
    else if (chosen !== undefined && state === "serving") desk.result.value = chosen;
    else return;
    event.preventDefault();
  }
  watch(() => [desk.view.value?.current?.state, desk.busy.value], letGo, { flush: "post" });
  onMounted(() => {
    window.addEventListener("keydown", onKey);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("keydown", onKey);
  });
}
