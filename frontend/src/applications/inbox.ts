/** Pure: what an inbox shows of what it knows. */
import type { Inbox } from "@/applications/live";
import type { DecidedState, InboxRow, InboxState } from "@/applications/types";
import type { ChipTone } from "@/ui/AppChip.vue";

export interface Filter {
  state: InboxState | "";
  position: number | null;
  q: string;
}

export const NO_FILTER: Filter = { state: "", position: null, q: "" };
export const STATES: InboxState[] = ["submitted", "opened", "shortlisted", "invited", "offered", "hired", "rejected"];

/** The same colour for the same state everywhere; the word stands beside it. */
export const TONES: Record<InboxState, ChipTone> = {
  submitted: "called",
  opened: "waiting",
  shortlisted: "paused",
  invited: "serving",
  offered: "serving",
  hired: "serving",
  rejected: "done",
};

/** Where an application can go from here; nothing is decided unread. The server decides again. */
export const MAY_BECOME: Record<InboxState, readonly DecidedState[]> = {
  submitted: [],
  opened: ["shortlisted", "invited", "offered", "rejected"],
  shortlisted: ["invited", "offered", "rejected"],
  invited: ["offered", "rejected"],
  offered: ["rejected"], // hired is said by the person, or by a contract
  hired: [],
  rejected: [],
};

export function isFiltered(filter: Filter): boolean {
  return filter.state !== "" || filter.position !== null || filter.q.trim() !== "";
}

/** The same words the server looks for: in the name, the position's title, or as the receipt's number. */
export function matches(row: InboxRow, filter: Filter): boolean {
  if (filter.state !== "" && row.state !== filter.state) return false;
  if (filter.position !== null && row.position_id !== filter.position) return false;
  const q = filter.q.trim().toLowerCase();
  if (q === "") return true;
  const receipt = q.replace(/^0+/, "");
  return row.name.toLowerCase().includes(q) || row.title.toLowerCase().includes(q) || (/^\d+$/.test(receipt) && row.id === Number(receipt));
}

/**
 * What the live topic holds over what was fetched, newest first. `keep` stays whatever its state: whoever reads
 * it must not lose it because reading made it "opened".
 */
export function rowsOf(inbox: Inbox, fetched: readonly InboxRow[], filter: Filter, keep: number | null): InboxRow[] {
  const rows = new Map<number, InboxRow>();
  for (const row of [...fetched, ...inbox.applications]) rows.set(row.id, row);
  for (const [id, row] of Object.entries(inbox.touched ?? {})) {
    if (row === null) rows.delete(Number(id));
    else rows.set(row.id, row);
  }
  return [...rows.values()].filter((row) => matches(row, row.id === keep ? { ...filter, state: "" } : filter)).sort((one, other) => other.id - one.id);
}

/** The row `step` places from `id`; the first one when `id` is not there. Stops at the ends. */
export function neighbour(rows: readonly InboxRow[], id: number | null, step: 1 | -1): InboxRow | null {
  const at = rows.findIndex((row) => row.id === id);
  if (at < 0) return rows[0] ?? null;
  return rows[Math.min(Math.max(at + step, 0), rows.length - 1)] ?? null;
}

/** Whether the snapshot proves that this application is gone: it would have to be in it. */
export function isGone(inbox: Inbox, id: number): boolean {
  if (inbox.touched !== undefined && id in inbox.touched) return inbox.touched[id] === null;
  if (inbox.applications.some((row) => row.id === id)) return false;
  const oldest = inbox.applications.at(-1)?.id ?? 0;
  return id > oldest || total(inbox) === inbox.applications.length;
}

export function total(inbox: Inbox): number {
  return STATES.reduce((sum, state) => sum + (inbox.counts[state] ?? 0), 0);
}

/** Positions that rows name, for the filter; the most applied-for first. */
export function positionsOf(rows: readonly InboxRow[]): { id: number; title: string; n: number }[] {
  const found = new Map<number, { id: number; title: string; n: number }>();
  for (const row of rows) {
    const one = found.get(row.position_id) ?? { id: row.position_id, title: row.title, n: 0 };
    found.set(row.position_id, { ...one, n: one.n + 1 });
  }
  return [...found.values()].sort((one, other) => other.n - one.n || one.id - other.id);
}

/** What every one of these may become, in the order of the buttons. */
export function commonMoves(rows: readonly InboxRow[]): DecidedState[] {
  const all: DecidedState[] = ["shortlisted", "invited", "offered", "rejected"];
  return rows.length === 0 ? [] : all.filter((to) => rows.some((row) => MAY_BECOME[row.state].includes(to)));
}
