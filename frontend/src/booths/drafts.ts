/** Notes not yet recorded. They outlive a reload, not the tab: what is written about a person stays on no shared machine. */

const keptAs = (ticket: number): string => `jobfair.note.${ticket}`;

export function readDraft(ticket: number): string {
  try {
    return sessionStorage.getItem(keptAs(ticket)) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(ticket: number, note: string): void {
  try {
    if (note === "") sessionStorage.removeItem(keptAs(ticket));
    else sessionStorage.setItem(keptAs(ticket), note);
  } catch {
    // Private windows may refuse storage; the note then lasts as long as the page.
  }
}
