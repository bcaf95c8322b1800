/**
 * HLS in a video element: by hls.js where it can, else by the browser itself. A list that is not there any more is a
 * cut: what was loaded is thrown away at once, and asked for again until it is back.
 */
import { onScopeDispose, ref, watch, type Ref } from "vue";
import Hls from "hls.js/light";

import { serverNow } from "@/lib/clock";
import { followed, instantOf, timeOf, type Piece } from "@/livestream/picture";

const AGAIN_MS = 1_000;
const LOOK_EACH_MS = 250;
const RECOVERS_AFTER_MS = 5_000;
/** Three segments behind the newest: less, and a phone's network stutters. No worker: the page's policy allows none from a blob. */
const SETTINGS = { enableWorker: false, liveSyncDurationCount: 3, liveMaxLatencyDurationCount: 8, maxLiveSyncPlaybackRate: 1.1, maxBufferLength: 12, backBufferLength: 10 };

export interface Player {
  isPlaying: Ref<boolean>;
  /** Nothing may be seen: cut, or not there yet. */
  isBlank: Ref<boolean>;
  /** This browser can play no HLS. */
  isUnfit: Ref<boolean>;
  /** The browser wants a tap before it plays. */
  needsTap: Ref<boolean>;
  isMuted: Ref<boolean>;
  /** When the frame on the screen was filmed, ms by the server's clock; null while none is known. */
  instant: Ref<number | null>;
  /** How far that is behind now, in ms. */
  delay: Ref<number | null>;
  play: () => void;
  unmute: () => void;
  /** Play what was filmed then, with sound; false when nothing of then or later was kept. */
  seek: (instant: number) => boolean;
}

export function usePlayer(video: () => HTMLMediaElement | null, address: () => string): Player {
  const isPlaying = ref(false);
  const isBlank = ref(true);
  const isUnfit = ref(false);
  const needsTap = ref(false);
  const isMuted = ref(true);
  const instant = ref<number | null>(null);
  const delay = ref<number | null>(null);
  let hls: Hls | null = null;
  let known: Piece[] = [];
  let again: ReturnType<typeof setTimeout> | null = null;
  let recoveredAt = 0;

  function stop(): void {
    if (again !== null) clearTimeout(again);
    again = null;
    isBlank.value = true;
    isPlaying.value = false;
    instant.value = delay.value = null;
    hls?.destroy();
    hls = null;
    known = [];
    const element = video();
    if (element === null) return;
    element.pause();
    element.removeAttribute("src");
    element.load();
  }

  function retry(): void {
    stop();
    again = setTimeout(start, AGAIN_MS);
  }

  function start(): void {
    const [element, source] = [video(), address()];
    if (element === null || source === "") return;
    if (Hls.isSupported()) withHls(element, source);
    else if (element.canPlayType("application/vnd.apple.mpegurl") !== "") element.src = source;
    else isUnfit.value = true;
  }

  function withHls(element: HTMLMediaElement, source: string): void {
    const made = new Hls(SETTINGS);
    hls = made;
    made.on(Hls.Events.ERROR, (_event, problem) => {
      if (hls !== made) return;
      const isGone = problem.response?.code === 404 || problem.response?.code === 410;
      if (isGone) retry();
      else if (problem.fatal) mend(made, problem.type === Hls.ErrorTypes.MEDIA_ERROR);
    });
    made.on(Hls.Events.MANIFEST_PARSED, play);
    made.loadSource(source);
    made.attachMedia(element);
  }

  function mend(made: Hls, isMedia: boolean): void {
    if (!isMedia || Date.now() - recoveredAt < RECOVERS_AFTER_MS) {
      retry();
      return;
    }
    recoveredAt = Date.now();
    made.recoverMediaError();
  }

  function play(): void {
    const element = video();
    if (element === null) return;
    element.muted = isMuted.value;
    element.play().then(
      () => {
        needsTap.value = false;
      },
      (error: unknown) => {
        needsTap.value = error instanceof DOMException && error.name === "NotAllowedError";
      },
    );
  }

  function unmute(): void {
    isMuted.value = false;
    play();
  }

  function pieces(): Piece[] {
    const level = hls?.levels[hls.currentLevel] ?? hls?.levels[0];
    const listed = (level?.details?.fragments ?? []).map(({ start: at, duration, programDateTime }) => ({ start: at, duration, programDateTime }));
    known = followed(known, listed);
    return known;
  }

  function seek(to: number): boolean {
    const [element, time] = [video(), timeOf(pieces(), to)];
    if (element === null || time === null) return false;
    element.currentTime = time;
    look(); // what goes along with the picture leaps with it
    if (isMuted.value) unmute();
    else void element.play();
    return true;
  }

  function look(): void {
    const element = video();
    const isShown = element !== null && !isBlank.value && (element.readyState >= 2 || element.seeking);
    isPlaying.value = isShown && !element.paused && element.readyState >= 3;
    instant.value = isShown ? filmedAt(element) : null;
    delay.value = instant.value === null ? null : Math.max(0, serverNow() - instant.value);
  }

  function filmedAt(element: HTMLMediaElement): number | null {
    if (hls !== null) return instantOf(pieces(), element.currentTime);
    const began = (element as { getStartDate?: () => Date }).getStartDate?.().getTime() ?? Number.NaN;
    return Number.isNaN(began) ? null : began + element.currentTime * 1000;
  }

  function onShown(): void {
    isBlank.value = false;
  }

  function onBroken(): void {
    if (hls === null && address() !== "" && video()?.getAttribute("src") !== null) retry();
  }

  watch(
    [video, address],
    ([element], [before]) => {
      before?.removeEventListener("playing", onShown);
      before?.removeEventListener("error", onBroken);
      before?.removeEventListener("seeking", look);
      element?.addEventListener("playing", onShown);
      element?.addEventListener("error", onBroken);
      element?.addEventListener("seeking", look);
      stop();
      start();
    },
    { flush: "post", immediate: true },
  );
  const timer = setInterval(look, LOOK_EACH_MS);
  onScopeDispose(() => {
    clearInterval(timer);
    stop();
  });
  return { isPlaying, isBlank, isUnfit, needsTap, isMuted, instant, delay, play, unmute, seek };
}
