/** How high a list may be so that its end is on the screen: what is newest there is to be seen without scrolling the page. */
import { onBeforeUnmount, onMounted, type Ref } from "vue";

/** Sets `--rest` on `root`: pixels from the top of the part called `part` to the end of the screen, less what stands below it. */
export function useRestOfScreen(root: Ref<HTMLElement | null>, part: string, below: string): void {
  let watching: ResizeObserver | null = null;
  let asked = 0;

  function measure(): void {
    asked = 0;
    const list = root.value?.querySelector(part);
    if (root.value === null || list == null) return;
    const foot = root.value.querySelector<HTMLElement>(below)?.offsetHeight ?? 0;
    const rest = window.innerHeight - (list.getBoundingClientRect().top + window.scrollY) - foot;
    root.value.style.setProperty("--rest", `${Math.floor(rest)}px`);
  }
  const later = (): void => {
    if (asked === 0) asked = requestAnimationFrame(measure);
  };
  onMounted(() => {
    measure();
    window.addEventListener("resize", later);
    if (typeof ResizeObserver === "undefined") return;
    watching = new ResizeObserver(later);
    // Whatever stands above moves the list: the card that turns, what was missed, a pinned line.
    for (let el = root.value; el !== null && el !== document.body; el = el.parentElement) watching.observe(el);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("resize", later);
    watching?.disconnect();
    if (asked !== 0) cancelAnimationFrame(asked);
  });
}
