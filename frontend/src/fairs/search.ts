/** Instant search over the booth cards the page already holds. */
import type { BoothCardOut } from "@/http/schema.gen";

/** Width, case and spacing don't matter to the person who types. */
export function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

export function haystack(card: BoothCardOut): string {
  return normalise([card.employer_name, ...card.titles, card.area, `${card.number}号`].join(" "));
}

/** Every word must occur; the order of the cards stays. */
export function search<T extends { text: string }>(entries: readonly T[], query: string): T[] {
  const words = normalise(query).split(/\s+/).filter(Boolean);
  return words.length === 0 ? [...entries] : entries.filter((entry) => words.every((word) => entry.text.includes(word)));
}

/** The fair to open first: one that is on, then the next one, then the latest. */
export function currentFair<T extends { state: string; opens_at: string }>(fairs: readonly T[]): T | null {
  const rank = ["open", "scheduled", "extended", "closed", "archived"];
  const known = fairs.filter((fair) => rank.includes(fair.state));
  const [first] = [...known].sort((one, other) => {
    const byState = rank.indexOf(one.state) - rank.indexOf(other.state);
    if (byState !== 0) return byState;
    const byTime = Date.parse(one.opens_at) - Date.parse(other.opens_at);
    return one.state === "scheduled" ? byTime : -byTime;
  });
  return first ?? null;
}
