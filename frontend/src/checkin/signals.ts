/** Each answer also by ear and hand: a clerk looks at people, not at the screen. */
import { onScopeDispose } from "vue";

import type { Tone } from "@/checkin/answers";

const TONES: Record<Tone, number[]> = { good: [880], ask: [660, 660], stop: [330, 262, 208] };
const SHAKES: Record<Tone, number[]> = { good: [60], ask: [80, 80, 80], stop: [300, 100, 300] };

export function useSignals(): (tone: Tone) => void {
  let audio: AudioContext | null = null;

  // Browsers give sound only after a gesture; a clerk's first tap is one.
  function wake(): void {
    if (!("AudioContext" in window)) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume().catch(() => undefined);
  }

  function beep(context: AudioContext, pitch: number, at: number): void {
    const source = context.createOscillator();
    const volume = context.createGain();
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    source.connect(volume).connect(context.destination);
    source.start(at);
    source.stop(at + 0.18);
  }

  window.addEventListener("pointerdown", wake);
  onScopeDispose(() => {
    window.removeEventListener("pointerdown", wake);
    void audio?.close().catch(() => undefined);
  });
  return (tone) => {
    const context = audio;
    if (context?.state === "running") TONES[tone].forEach((pitch, place) => { beep(context, pitch, context.currentTime + place * 0.18); });
    if ("vibrate" in navigator) navigator.vibrate(SHAKES[tone]);
  };
}
