/** What the server has not got yet, per person, in localStorage: written at each key, so a killed page loses nothing. */
import type { DraftStore, Kept } from "@/resumes/draft";

const PREFIX = "jobfair.resume.";
/** A guest of this device becomes an account at sign-in; what was typed goes along, as it does on the server. */
const GUEST = "guest";

export function draftStore(user: { id: number; is_guest: boolean }): DraftStore {
  const own = PREFIX + (user.is_guest ? GUEST : String(user.id));
  return {
    read: () => {
      if (!user.is_guest && item(own) === null) adopt(own);
      const text = item(own);
      try {
        return text === null ? null : (JSON.parse(text) as Kept);
      } catch {
        return null;
      }
    },
    write: (kept) => {
      attempt(() => {
        if (kept === null) localStorage.removeItem(own);
        else localStorage.setItem(own, JSON.stringify(kept));
      });
    },
  };
}

/** The account's résumé is another row with revisions of its own: what was typed counts as seen from its start. */
function adopt(own: string): void {
  const left = item(PREFIX + GUEST);
  if (left === null) return;
  attempt(() => {
    localStorage.setItem(own, JSON.stringify({ ...(JSON.parse(left) as Kept), basedOn: 0 }));
    localStorage.removeItem(PREFIX + GUEST);
  });
}

function item(key: string): string | null {
  return attempt(() => localStorage.getItem(key)) ?? null;
}

/** Private windows and some in-app browsers refuse it; the page's memory still holds what was typed. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
