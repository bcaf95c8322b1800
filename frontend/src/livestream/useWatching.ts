/** Tell the room that its person watches: while a broadcast is on and its picture is on a page that can be seen. */
import { onScopeDispose, ref, watchEffect } from "vue";

import { reduceRoom, type Push } from "@/livestream/live";
import type { LiveRoomOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

export function useWatching(room: () => number, plays: () => boolean): void {
  const { topic } = useLogTopic<LiveRoomOut, Push>(() => `live:${room()}`, reduceRoom);
  const isVisible = ref(document.visibilityState === "visible");
  const look = (): void => {
    isVisible.value = document.visibilityState === "visible";
  };
  document.addEventListener("visibilitychange", look);
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", look);
  });
  watchEffect(() => {
    topic.value?.report(plays() && isVisible.value ? "playing" : "present");
  });
}
