/** A recruiter's hands stay on the keyboard: Space calls, Enter goes on, 1–7 say how the talk ended. */
import { onBeforeUnmount, onMounted, watch } from "vue";

import { endingsOf, stepped } from "@/booths/console";
import type { Console } from "@/booths/useConsole";

/** What has the focus comes first: every key belongs to a text field, Space and Enter to a button or link. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input:not([type=radio]), textarea, select, [contenteditable]") !== null) return event.key !== "Escape";
  return (event.code === "Space" || event.key === "Enter") && target.closest("button, a, input") !== null;
}

/** A button that was pressed and can't be pressed again must not swallow the next key. */
function letGo(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLButtonElement && focused.disabled) focused.blur();
}

/** What the keys reach besides the console itself. */
export interface Reach {
  /** Which row of the line is picked out. */
  picked: { value: number | null };
  transfer: () => void;
  note: () => void;
  back: () => void;
}

export function useConsoleKeys(desk: Console, reach: Reach): void {
  /** Key → what it does now; false when it does nothing and stays the browser's. */
  function press(event: KeyboardEvent): boolean {
    const current = desk.view.value?.current ?? null;
    const ending = endingsOf(desk.desk.value?.service ?? "")[Number(event.key) - 1];
    if (event.code === "Space") void desk.callNext();
    else if (event.key === "Enter") void (current?.state === "serving" ? desk.finish() : desk.serve());
    else if (ending !== undefined && current?.state === "serving") desk.ending.value = ending;
    else return letter(event.key.toLowerCase());
    return true;
  }

  function letter(key: string): boolean {
    const current = desk.view.value?.current ?? null;
    const rows = desk.desk.value?.waiting ?? [];
    const acts: Record<string, () => void> = {
      r: () => void desk.recall(),
      h: () => {
        if (current !== null) void desk.hold(current);
      },
      t: reach.transfer,
      n: reach.note,
      u: () => void desk.undo(),
      a: () => void desk.duty(desk.myDuty.value === "away" ? "on" : "away"),
      j: () => (reach.picked.value = stepped(rows, reach.picked.value, 1)),
      k: () => (reach.picked.value = stepped(rows, reach.picked.value, -1)),
      escape: reach.back,
    };
    const act = acts[key];
    act?.();
    return act !== undefined;
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTaken(event)) return;
    if (press(event)) event.preventDefault();
  }
  watch(() => [desk.view.value?.current?.state, desk.busy.value], letGo, { flush: "post" });
  onMounted(() => {
    window.addEventListener("keydown", onKey);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("keydown", onKey);
  });
}
