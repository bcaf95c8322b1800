/** The camera, and each code it sees once: the same one again only after it was out of sight for a while. */
import { onScopeDispose, ref, type Ref } from "vue";

interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}
type DetectorClass = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats: () => Promise<string[]> };
type Read = (video: HTMLVideoElement) => Promise<string | null>;

export type CameraState = "off" | "starting" | "on" | "insecure" | "refused" | "missing";

export interface Scanner {
  state: Ref<CameraState>;
  start: () => Promise<void>;
  stop: () => void;
}

const EVERY_MS = 180;
const AGAIN_MS = 4_000;
const SIDE = 480;

export function useScanner(video: Readonly<Ref<HTMLVideoElement | null>>, seen: (text: string) => void): Scanner {
  const state = ref<CameraState>("off");
  let stream: MediaStream | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = { text: "", at: 0 };
  let run = 0;

  async function start(): Promise<void> {
    const mine = ++run;
    if (!window.isSecureContext || !("mediaDevices" in navigator)) {
      state.value = "insecure";
      return;
    }
    state.value = "starting";
    try {
      const [opened, read] = await Promise.all([
        navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false }),
        reader(),
      ]);
      if (mine !== run) {
        opened.getTracks().forEach((track) => { track.stop(); });
        return;
      }
      stream = opened;
      if (video.value !== null) {
        video.value.srcObject = opened;
        await video.value.play();
      }
      state.value = "on";
      look(read, mine);
    } catch (error) {
      if (mine === run) state.value = error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "missing";
    }
  }

  function look(read: Read, mine: number): void {
    timer = setTimeout(() => {
      const picture = video.value;
      const found = picture === null || picture.readyState < 2 || document.hidden ? Promise.resolve(null) : read(picture).catch(() => null);
      void found.then((text) => {
        if (mine !== run) return;
        const now = Date.now();
        if (text !== null && text !== "") {
          if (text !== last.text || now - last.at > AGAIN_MS) seen(text);
          last = { text, at: now };
        }
        look(read, mine);
      });
    }, EVERY_MS);
  }

  function stop(): void {
    run += 1;
    if (timer !== null) clearTimeout(timer);
    stream?.getTracks().forEach((track) => { track.stop(); });
    stream = null;
    state.value = "off";
  }

  onScopeDispose(stop);
  return { state, start, stop };
}

/** What this browser reads with; call it early, so that the decoder is there when the network is not. */
export async function reader(): Promise<Read> {
  const { BarcodeDetector } = window as { BarcodeDetector?: DetectorClass };
  if (BarcodeDetector !== undefined && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { decode } = await import("@/checkin/decoder");
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (paper === null || side === 0) return Promise.resolve(null);
    canvas.width = canvas.height = SIDE;
    paper.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
    return Promise.resolve(decode(paper.getImageData(0, 0, SIDE, SIDE)));
  };
}
