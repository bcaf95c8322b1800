/** How a new application makes itself noticed while the recruiter looks elsewhere: the tab's icon (the sound: lib/chime). */
import { onScopeDispose, watch } from "vue";

const CALM = "/static/favicon.svg";
const UNREAD = "/static/favicon-unread.svg";

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
