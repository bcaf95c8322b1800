/** Keep this screen lit while the component lives. The lock is lost whenever the page is hidden, so it is asked for again. */
import { onScopeDispose } from "vue";

interface Lock {
  release: () => Promise<void>;
}

export function useWakeLock(): void {
  const locks = (navigator as { wakeLock?: { request: (kind: "screen") => Promise<Lock> } }).wakeLock;
  if (locks === undefined) return; // over plain HTTP, and in older browsers; the screen's own settings must do then
  let lock: Lock | null = null;
  let isOver = false;

  async function ask(): Promise<void> {
    if (document.visibilityState !== "visible" || isOver) return;
    try {
      const got = await locks?.request("screen");
      if (isOver) await got?.release();
      else lock = got ?? null;
    } catch {
      lock = null; // the battery saver says no
    }
  }
  const again = (): void => void ask();
  document.addEventListener("visibilitychange", again);
  void ask();
  onScopeDispose(() => {
    isOver = true;
    document.removeEventListener("visibilitychange", again);
    void lock?.release().catch(() => undefined);
  });
}
