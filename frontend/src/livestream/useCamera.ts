/** A host goes live from this browser: on, off, and on again by itself after the network was away. */
import { onScopeDispose, ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { ApiError, NetworkError } from "@/http/client";
import { explain } from "@/http/explain";
import { kindOf, PieceLine, record, withSound, type Ending } from "@/livestream/camera";
import { beginCamera, endCamera, isPassing, sendPiece } from "@/livestream/mediaApi";

const AGAIN_MS = 2_000;

export type CameraState = "off" | "starting" | "on" | "reconnecting";

export interface Camera {
  state: Ref<CameraState>;
  problem: Ref<string>;
  /** This browser cannot record what we take. */
  isUnfit: boolean;
  start: (stream: MediaStream) => Promise<void>;
  stop: () => Promise<void>;
}

export function useCamera(roomId: () => number): Camera {
  const { t } = useI18n();
  const state = ref<CameraState>("off");
  const problem = ref("");
  const kind = typeof MediaRecorder === "undefined" ? null : kindOf((type) => MediaRecorder.isTypeSupported(type));
  let take: number | null = null;
  let stopTake: () => void = () => undefined;
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function begin(stream: MediaStream): Promise<void> {
    if (kind === null) return;
    const { take_id: id } = await beginCamera(roomId(), kind.container);
    if (state.value === "off") {
      await endCamera(id);
      return;
    }
    take = id;
    const carrier = { send: (number: number, piece: Blob) => sendPiece(id, number, piece), isPassing, now: () => performance.now() };
    const line = new PieceLine(carrier, (why, error) => {
      onEnded(stream, why, error);
    });
    const stopRecorder = record(withSound(stream), kind.type, (piece) => { line.add(piece); }, () => { onEnded(stream, "broken", null); });
    stopTake = () => {
      stopRecorder();
      line.stop();
    };
    state.value = "on";
    problem.value = "";
  }

  /** Refused means that somebody else went live or the take was ended: this page stops. Anything else is tried anew. */
  function onEnded(stream: MediaStream, why: Ending, error: unknown): void {
    stopTake();
    take = null;
    if (why === "refused") {
      state.value = "off";
      problem.value = explain(error, t);
      return;
    }
    state.value = "reconnecting";
    timer = setTimeout(() => void resume(stream), AGAIN_MS);
  }

  async function resume(stream: MediaStream): Promise<void> {
    if (state.value === "off") return;
    try {
      await begin(stream);
    } catch (error) {
      problem.value = explain(error, t);
      if (error instanceof NetworkError || (error instanceof ApiError && error.retryAfter !== null)) timer = setTimeout(() => void resume(stream), AGAIN_MS);
      else state.value = "off";
    }
  }

  async function start(stream: MediaStream): Promise<void> {
    problem.value = "";
    state.value = "starting";
    await resume(stream);
  }

  async function stop(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    state.value = "off";
    stopTake();
    const ended = take;
    take = null;
    if (ended !== null) await endCamera(ended).catch(() => undefined); // a take nobody feeds is ended by the server
  }

  onScopeDispose(() => void stop());
  return { state, problem, isUnfit: kind === null, start, stop };
}
