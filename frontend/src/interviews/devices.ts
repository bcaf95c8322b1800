/** This person's camera and microphone: what there is, what may be used, and how loud it is. */
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";

/** Why there is no picture and no sound; each has its sentence. */
export type DeviceTrouble = "" | "denied" | "none" | "busy" | "insecure" | "unsupported";

export interface Choice {
  id: string;
  name: string;
}

export interface OwnDevices {
  stream: ShallowRef<MediaStream | null>;
  trouble: Ref<DeviceTrouble>;
  isAsking: Ref<boolean>;
  cameras: ShallowRef<Choice[]>;
  microphones: ShallowRef<Choice[]>;
  camera: Ref<string>;
  microphone: Ref<string>;
  hasCamera: ComputedRef<boolean>;
  hasMicrophone: ComputedRef<boolean>;
  /** 0–1 */
  level: Ref<number>;
  open: () => Promise<void>;
  choose: (kind: "camera" | "microphone", id: string) => Promise<void>;
  close: () => void;
}

const LEVEL_MS = 100;
/** A face, not a film: what a cheap phone encodes and 4G carries. */
const PICTURE: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24 } };

/** What can be known before anybody is asked. */
export function troubleBefore(): DeviceTrouble {
  if (typeof RTCPeerConnection === "undefined") return "unsupported";
  if (!window.isSecureContext) return "insecure";
  return (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia === undefined ? "unsupported" : "";
}

/** DOMException names of getUserMedia (W3C Media Capture, 10.3). */
export function troubleOf(error: unknown): DeviceTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return "busy";
}

export function useDevices(): OwnDevices {
  const stream = shallowRef<MediaStream | null>(null);
  const trouble = ref<DeviceTrouble>("");
  const isAsking = ref(false);
  const cameras = shallowRef<Choice[]>([]);
  const microphones = shallowRef<Choice[]>([]);
  const camera = ref("");
  const microphone = ref("");
  const { level, listen, deafen } = useLevel();

  function close(): void {
    deafen();
    for (const track of stream.value?.getTracks() ?? []) track.stop();
    stream.value = null;
  }

  async function open(): Promise<void> {
    trouble.value = troubleBefore();
    if (trouble.value !== "") return;
    isAsking.value = true;
    try {
      const got = await ask(camera.value, microphone.value);
      close();
      stream.value = got;
      listen(got);
      await name();
    } catch (error) {
      close();
      trouble.value = troubleOf(error);
    } finally {
      isAsking.value = false;
    }
  }

  /** Only once something was allowed do the devices have names. */
  async function name(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind: MediaDeviceKind): Choice[] =>
      all.filter((one) => one.kind === kind && one.deviceId !== "").map((one) => ({ id: one.deviceId, name: one.label }));
    cameras.value = of("videoinput");
    microphones.value = of("audioinput");
    camera.value = stream.value?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
    microphone.value = stream.value?.getAudioTracks()[0]?.getSettings().deviceId ?? "";
  }

  async function choose(kind: "camera" | "microphone", id: string): Promise<void> {
    (kind === "camera" ? camera : microphone).value = id;
    await open();
  }

  onScopeDispose(close);
  return {
    stream,
    trouble,
    isAsking,
    cameras,
    microphones,
    camera,
    microphone,
    hasCamera: computed(() => (stream.value?.getVideoTracks().length ?? 0) > 0),
    hasMicrophone: computed(() => (stream.value?.getAudioTracks().length ?? 0) > 0),
    level,
    open,
    choose,
    close,
  };
}

/** Both; where one is not there, the other alone. A refusal is a refusal. */
async function ask(camera: string, microphone: string): Promise<MediaStream> {
  const video: MediaTrackConstraints = { ...PICTURE, ...(camera === "" ? { facingMode: "user" } : { deviceId: { exact: camera } }) };
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, ...(microphone === "" ? {} : { deviceId: { exact: microphone } }) };
  const wishes: MediaStreamConstraints[] = [{ video, audio }, { audio }, { video }];
  let first: unknown = null;
  for (const wish of wishes) {
    try {
      return await navigator.mediaDevices.getUserMedia(wish);
    } catch (error) {
      first ??= error;
      if (troubleOf(error) === "denied") break;
    }
  }
  throw first;
}

function useLevel(): { level: Ref<number>; listen: (stream: MediaStream) => void; deafen: () => void } {
  const level = ref(0);
  let context: AudioContext | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;

  function deafen(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    void context?.close().catch(() => undefined);
    context = null;
    level.value = 0;
  }

  function listen(stream: MediaStream): void {
    deafen();
    if (stream.getAudioTracks().length === 0 || typeof AudioContext === "undefined") return;
    context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    timer = setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      level.value = loudness(samples);
    }, LEVEL_MS);
  }

  return { level, listen, deafen };
}

/** Of samples around 128: 0 in silence, 1 for a loud voice. */
export function loudness(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample - 128) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length)) / 128;
  return Math.min(1, rms * 4);
}
