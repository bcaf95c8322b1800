/** The clerk's desk at the door: one number for one person, on paper. */
import type { BoothCardOut, PriorityIn } from "@/http/schema.gen";

/** Who the number is for; a person without a phone gets a paper, and whoever holds it holds the place. */
export type Holder = { kind: "paper" } | { kind: "phone"; text: string } | { kind: "pass"; text: string };

export type HolderProblem = "badPhone" | "badPass" | null;

export function problemOf(holder: Holder): HolderProblem {
  if (holder.kind === "phone") return /^1\d{10}$/.test(plain(holder.text)) ? null : "badPhone";
  if (holder.kind === "pass") return holder.text.trim() === "" ? "badPass" : null;
  return null;
}

export function bodyOf(boothId: number, holder: Holder): { booth_id: number; phone: string | null; pass_code: string | null } {
  return {
    booth_id: boothId,
    phone: holder.kind === "phone" ? plain(holder.text) : null,
    pass_code: holder.kind === "pass" ? holder.text.trim() : null,
  };
}

/** Phones are said in groups, and typed as they are said, by some keyboards in full width. */
function plain(text: string): string {
  return text.normalize("NFKC").replace(/[\s-]/g, "");
}

/** Booths that take numbers first, in the order of their numbers; the rest after them. */
export function inOrder(cards: readonly BoothCardOut[]): BoothCardOut[] {
  const rank = (card: BoothCardOut): number => (card.state === "closed" ? 1 : 0);
  return [...cards].sort((one, other) => rank(one) - rank(other) || one.number - other.number);
}

/** A code in groups of three, as it is read from paper. */
export function grouped(code: string): string {
  return code.replace(/(.{3})(?=.)/g, "$1 ");
}

export type PaperWidth = 58 | 80;
const KEPT_AS = "jobfair.kiosk.paper";

export function keptWidth(): PaperWidth {
  try {
    return localStorage.getItem(KEPT_AS) === "58" ? 58 : 80;
  } catch {
    return 80;
  }
}

export function keepWidth(width: PaperWidth): void {
  try {
    localStorage.setItem(KEPT_AS, String(width));
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}

/** The number as it is said or typed, `42-17` in any width, as the address takes it; null for what is none. */
export function labelOf(text: string): string | null {
  const plainText = text.normalize("NFKC").replace(/\s/g, "").replace(/[—–−]/g, "-");
  return /^\d{1,4}-\d{1,5}$/.test(plainText) ? plainText : null;
}

/** Each certificate, and whose priority it shows (booths/rules.py, CERTIFICATES). */
export const CERTIFICATES: readonly PriorityIn[] = [
  { kind: "veteran", certificate: "veteran_card" },
  { kind: "veteran", certificate: "discharge_paper" },
  { kind: "disabled", certificate: "disability_card" },
  { kind: "pregnant", certificate: "maternity_record" },
];
