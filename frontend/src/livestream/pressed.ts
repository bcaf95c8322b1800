/**
 * What somebody pressed before signing in, kept for this tab while they do. Never in the address: a link that others
 * pass on must not press anything.
 */
const NAME = "jobfair.live.pressed";
const KEPT_MS = 15 * 60_000;

export interface Pressed {
  what: "vote" | "enter";
  /** The poll or the draw. */
  id: number;
  choice?: number;
}

export function keepPressed(pressed: Pressed, at = Date.now()): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ ...pressed, at }));
  } catch {
    // Then it is pressed again.
  }
}

/** It once, if it was pressed lately in this very poll or draw. */
export function takePressed(what: Pressed["what"], id: number, at = Date.now()): Pressed | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) ?? "null") as (Pressed & { at: number }) | null;
    if (kept?.what !== what || kept.id !== id) return null;
    sessionStorage.removeItem(NAME);
    return at - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}
