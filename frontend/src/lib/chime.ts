/** Two soft tones for whoever looks elsewhere. Each page keeps its own choice of sound, on or off. */
import { onScopeDispose, ref, type Ref } from "vue";

export interface Chime {
  isOn: Ref<boolean>;
  toggle: () => void;
  ring: () => void;
}

/** Browsers give sound only after a gesture: switching it on is one, and so is the next press after a reload. */
export function useChime(keptAs: string, byDefault = false): Chime {
  const isOn = ref(kept(keptAs) ?? byDefault);
  let audio: AudioContext | null = null;

  function wake(): void {
    if (!isOn.value || !("AudioContext" in window)) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume().catch(() => undefined);
  }

  function tone(at: number, pitch: number): void {
    if (audio === null) return;
    const source = audio.createOscillator();
    const volume = audio.createGain();
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.18, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    source.connect(volume).connect(audio.destination);
    source.start(at);
    source.stop(at + 0.4);
  }

  function ring(): void {
    if (!isOn.value || audio?.state !== "running") return;
    tone(audio.currentTime, 660);
    tone(audio.currentTime + 0.16, 880);
  }

  function toggle(): void {
    isOn.value = !isOn.value;
    keep(keptAs, isOn.value);
    wake();
    // Heard at once by whoever switches it on.
    if (isOn.value) void audio?.resume().then(ring, () => undefined);
  }

  window.addEventListener("pointerdown", wake);
  window.addEventListener("keydown", wake);
  onScopeDispose(() => {
    window.removeEventListener("pointerdown", wake);
    window.removeEventListener("keydown", wake);
    void audio?.close().catch(() => undefined);
  });
  return { isOn, toggle, ring };
}

function kept(keptAs: string): boolean | null {
  try {
    const choice = localStorage.getItem(keptAs);
    return choice === null ? null : choice === "on";
  } catch {
    return null;
  }
}

function keep(keptAs: string, isOn: boolean): void {
  try {
    localStorage.setItem(keptAs, isOn ? "on" : "off");
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
