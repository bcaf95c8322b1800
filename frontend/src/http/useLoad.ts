/** Load something for a page, and say which of its faces to show. */
import { onScopeDispose, ref, watch, type Ref } from "vue";

import { ApiError, NetworkError } from "@/http/client";
import { socket } from "@/realtime/page";

export type Face = "loading" | "ready" | "offline" | "missing" | "forbidden" | "sign_in" | "error";

export interface Load {
  face: Ref<Face>;
  again: () => Promise<void>;
}

export function faceOf(error: unknown): Face {
  if (error instanceof NetworkError) return "offline";
  if (error instanceof ApiError) {
    if (error.status === 401) return "sign_in";
    if (error.status === 403) return "forbidden";
    if (error.status === 404) return "missing";
  }
  return "error";
}

/**
 * Runs `load` now and whenever `key` changes; a reply that comes after a later question's is for `load` to drop, by
 * `isLatest`. With `isThere` true what is already held is shown at once and refreshed
 * behind it. After a network failure it tries again when the network or the socket comes back.
 */
export function useLoad(load: (isLatest: () => boolean) => Promise<unknown>, key: () => unknown, isThere: () => boolean = () => false): Load {
  const face = ref<Face>("loading");
  let run = 0;

  async function again(): Promise<void> {
    const mine = ++run;
    face.value = isThere() ? "ready" : "loading";
    try {
      await load(() => mine === run);
      if (mine === run) face.value = "ready";
    } catch (error) {
      if (mine === run && !(isThere() && error instanceof NetworkError)) face.value = faceOf(error);
    }
  }

  watch(key, () => void again(), { immediate: true });

  const onBack = (): void => {
    if (face.value === "offline") void again();
  };
  window.addEventListener("online", onBack);
  watch(
    () => socket.connection.state === "connected" || socket.connection.polling,
    (isBack) => {
      if (isBack) onBack();
    },
  );
  onScopeDispose(() => {
    run += 1;
    window.removeEventListener("online", onBack);
  });
  return { face, again };
}
