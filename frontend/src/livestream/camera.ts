/**
 * One take of this browser's camera: a recorder's pieces, sent one after the other. What cannot be sent within a few
 * seconds is not live any more: the take is over, and the next begins with a new recorder.
 */
export type Container = "mp4" | "webm";

const EACH_MS = 1_000;
const KEY_FRAME_MS = 1_000;
const LATE_MS = 6_000; // of what waits to be sent
const PAUSE_MS = 300;
const KINDS: [Container, string][] = [
  ["mp4", "video/mp4;codecs=avc1.42E01F,opus"],
  ["mp4", "video/mp4;codecs=avc1,opus"],
  ["mp4", "video/mp4;codecs=avc1.42E01F,mp4a.40.2"],
  ["webm", "video/webm;codecs=vp8,opus"],
];

/** The first this browser can record; null where it can record nothing that we take. */
export function kindOf(isSupported: (type: string) => boolean): { container: Container; type: string } | null {
  const found = KINDS.find(([, type]) => isSupported(type));
  return found === undefined ? null : { container: found[0], type: found[1] };
}

export interface Carrier {
  send: (number: number, piece: Blob) => Promise<unknown>;
  /** Whether sending it once more may help. */
  isPassing: (error: unknown) => boolean;
  now: () => number;
}

export type Ending = "late" | "refused" | "broken";

/** Sends pieces in their order; `ended` says why it gave up, once. */
export class PieceLine {
  private readonly waiting: { number: number; piece: Blob; at: number }[] = [];
  private number = 0;
  private isSending = false;
  private isOver = false;
  sent = 0;

  constructor(
    private readonly carrier: Carrier,
    private readonly ended: (why: Ending, error: unknown) => void,
  ) {}

  add(piece: Blob): void {
    if (this.isOver || piece.size === 0) return;
    this.waiting.push({ number: this.number++, piece, at: this.carrier.now() });
    void this.drain();
  }

  stop(): void {
    this.isOver = true;
    this.waiting.length = 0;
  }

  private async drain(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    for (let first = this.waiting[0]; first !== undefined && !this.isOver; first = this.waiting[0]) {
      if (this.carrier.now() - first.at > LATE_MS) {
        this.give("late", null);
        break;
      }
      try {
        await this.carrier.send(first.number, first.piece);
        this.waiting.shift();
        this.sent += 1;
      } catch (error) {
        if (this.carrier.isPassing(error)) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        else this.give("refused", error);
      }
    }
    this.isSending = false;
  }

  private give(why: Ending, error: unknown): void {
    if (this.isOver) return;
    this.stop();
    this.ended(why, error);
  }
}

/** Record `stream` and hand each second of it over. Returns what stops it. */
export function record(stream: MediaStream, type: string, taken: (piece: Blob) => void, broken: () => void): () => void {
  const options = { mimeType: type, videoBitsPerSecond: 1_200_000, audioBitsPerSecond: 96_000, videoKeyFrameIntervalDuration: KEY_FRAME_MS };
  const recorder = new MediaRecorder(stream, options);
  recorder.ondataavailable = ({ data }) => {
    taken(data);
  };
  recorder.onerror = broken;
  recorder.start(EACH_MS);
  return () => {
    recorder.ondataavailable = recorder.onerror = null;
    if (recorder.state !== "inactive") recorder.stop();
  };
}

/** Players wait for ever for sound that is not there: who has no microphone sends silence. */
export function withSound(stream: MediaStream): MediaStream {
  if (stream.getAudioTracks().length > 0) return stream;
  const context = new AudioContext();
  const silence = context.createMediaStreamDestination();
  return new MediaStream([...stream.getVideoTracks(), ...silence.stream.getAudioTracks()]);
}
