/** The browser's voice, one sentence after the other. Where there is none, the chime alone must do. */
import { onScopeDispose } from "vue";

const MOST_WAITING = 4;
/** Some engines never report the end of a sentence. */
const STUCK_MS = 20_000;

export interface Voice {
  say: (text: string) => void;
}

export function useVoice(): Voice {
  const voice = "speechSynthesis" in window ? window.speechSynthesis : null;
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  function over(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    next();
  }

  function next(): void {
    const text = waiting.shift();
    if (voice === null || text === undefined) return;
    const sentence = new SpeechSynthesisUtterance(text);
    sentence.lang = "zh-CN";
    sentence.rate = 0.9;
    sentence.onend = over;
    sentence.onerror = over;
    timer = setTimeout(() => {
      voice.cancel();
      over();
    }, STUCK_MS);
    voice.speak(sentence);
  }

  function say(text: string): void {
    // Whoever is told late is told on the wall; the voice stays with the newest.
    waiting = [...waiting, text].slice(-MOST_WAITING);
    if (timer === null) next();
  }

  onScopeDispose(() => {
    waiting = [];
    if (timer !== null) clearTimeout(timer);
    voice?.cancel();
  });
  return { say };
}
