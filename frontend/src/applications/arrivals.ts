/** How a new application makes itself noticed while the recruiter looks elsewhere: a sound, the title, the tab's icon. */
import { onScopeDispose, ref, watch, type Ref } from "vue";

const KEPT_AS = "jobfair.inbox.sound";
const CALM = "/static/favicon.svg";
const UNREAD = "/static/favicon-unread.svg";

export interface Chime {
  isOn: Ref<boolean>;
  toggle: () => void;
  ring: () => void;
}

/** Two soft tones. Browsers give sound only after a gesture: switching it on is one, and so is the next press after a reload. */
export function useChime(): Chime {
  const isOn = ref(kept());
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
    keep(isOn.value);
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

/** The tab's icon carries a dot while something is unread. */
export function useTabBadge(unread: () => number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const show = (href: string): void => {
    if (icon !== null && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  };
  watch(
    () => unread() > 0,
    (isUnread) => {
      show(isUnread ? UNREAD : CALM);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    show(CALM);
  });
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) === "on";
  } catch {
    return false;
  }
}

function keep(isOn: boolean): void {
  try {
    localStorage.setItem(KEPT_AS, isOn ? "on" : "off");
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
