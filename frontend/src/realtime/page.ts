/** This page's socket, and what wakes it. */
import { syncClock } from "@/lib/clock";
import { RealtimeSocket } from "@/realtime/socket";

export const socket = new RealtimeSocket({
  url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`,
  onBeat: (beat) => {
    syncClock(beat.now);
  },
});

/** Phones stop timers in the background and change networks without a word: look again whenever the page comes back. */
export function watchWakeUps(): void {
  const wake = (): void => {
    socket.wake();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
}
