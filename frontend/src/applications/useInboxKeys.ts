/** Both hands stay on the keyboard: j and k walk, o opens, s, i and r decide, u takes back, / searches, ? helps. */
import { onBeforeUnmount, onMounted, type Ref } from "vue";

import type { InboxHandle } from "@/applications/useInbox";

export interface KeyTargets {
  search: () => void;
  reject: () => void;
  back: () => void;
  help: Ref<boolean>;
}

/** What has the focus comes first: every key belongs to a text field, Space and Enter to a button or link. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=dialog]") !== null) return true;
  return (event.code === "Space" || event.key === "Enter") && target.closest("button, a, input") !== null;
}

export function useInboxKeys(inbox: InboxHandle, targets: KeyTargets): void {
  const open = (): void => {
    if (inbox.cursor.value !== null) void inbox.open(inbox.cursor.value);
  };
  const decide = (to: "shortlisted" | "invited"): void => {
    if (inbox.moves.value.includes(to)) void inbox.decide(to);
  };
  const KEYS: Record<string, () => void> = {
    j: () => void inbox.step(1),
    ArrowDown: () => void inbox.step(1),
    k: () => void inbox.step(-1),
    ArrowUp: () => void inbox.step(-1),
    o: open,
    Enter: open,
    x: () => {
      if (inbox.cursor.value !== null) inbox.select(inbox.cursor.value);
    },
    s: () => {
      decide("shortlisted");
    },
    i: () => {
      decide("invited");
    },
    r: targets.reject,
    u: () => void inbox.undo(),
    "/": targets.search,
    "?": () => {
      targets.help.value = !targets.help.value;
    },
    Escape: targets.back,
  };

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const escapes = event.key === "Escape" && !(event.target instanceof HTMLElement && event.target.closest("[role=dialog]") !== null);
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined || (isTaken(event) && !escapes)) return;
    event.preventDefault();
    act();
  }
  onMounted(() => {
    window.addEventListener("keydown", onKey);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("keydown", onKey);
  });
}
