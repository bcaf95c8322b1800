/** Phones stop timers in the background and change networks without a word: look again whenever the page comes back. */
const TICK_MS = 5_000;
export const GAP_MS = 15_000;

/** Calls `wake` when the page is seen again, comes out of the back-forward cache, is online again, or slept. */
export function onWakeUp(wake: () => void): () => void {
  const seen = (): void => {
    if (document.visibilityState === "visible") wake();
  };
  let last = Date.now();
  // A clock that jumped between two ticks says the device slept, where no event does.
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > GAP_MS) wake();
    last = now;
  }, TICK_MS);
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("online", wake);
    window.removeEventListener("pageshow", wake);
  };
}
