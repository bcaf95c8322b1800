/** The way round a blocked WebSocket: while there is no socket, what the page shows is fetched again and again. */
import { onScopeDispose } from "vue";

import { socket } from "@/realtime/page";

const EVERY_MS = 15_000;

export function usePolling(again: () => Promise<void>): void {
  const timer = setInterval(() => {
    const isAway = socket.connection.state !== "connected" && socket.connection.state !== "closed";
    if (isAway && document.visibilityState === "visible") void again();
  }, EVERY_MS);
  onScopeDispose(() => {
    clearInterval(timer);
  });
}
