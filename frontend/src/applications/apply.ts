/** Pure: what a press on "apply" needs next, by what is known. The server decides again; this only asks first. */
import type { ConsentSheetOut } from "@/applications/types";

export interface Known {
  isSignedIn: boolean;
  /** Null: not known, as without network. */
  hasResume: boolean | null;
  consent: ConsentSheetOut | null;
  /** The version of the text agreed to in this press. */
  agreed: string | null;
}

export type Step = { ask: "phone" } | { ask: "resume" } | { ask: "consent"; sheet: ConsentSheetOut } | { ask: "nothing"; textVersion: string | null };

/** The order is the person's: who I am, what I send, to whom. Unknown things are left to the server. */
export function nextStep(known: Known): Step {
  if (!known.isSignedIn) return { ask: "phone" };
  if (known.hasResume === false) return { ask: "resume" };
  const sheet = known.consent;
  if (sheet !== null && sheet.given_at === null && known.agreed !== sheet.text_version) return { ask: "consent", sheet };
  return { ask: "nothing", textVersion: known.agreed };
}

/** Refusals that name something the person can supply at once. */
export function askedBy(code: string): "phone" | "resume" | "consent" | null {
  if (code === "applications.consent_needed") return "consent";
  if (code === "core.not_signed_in" || code === "applications.phone_needed") return "phone";
  return code === "resumes.incomplete" || code === "resumes.missing" ? "resume" : null;
}

/** Where the résumé's page sends whoever came to apply: back to the same press. */
export function returnPath(path: string, positionId: number): string {
  return `${path}?apply=${positionId}`;
}
