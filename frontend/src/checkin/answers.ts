/** What the gate says, and in which colour; what a phone without network can tell by itself. */
import type { ScanOut } from "@/http/schema.gen";

export type Verdict = ScanOut["verdict"];
export type Tone = "good" | "ask" | "stop";
export type Direction = "in" | "out";

/** An answer as the screen shows it; `offline`: this phone's own, to be checked later. */
export interface Shown {
  key: string;
  verdict: Verdict;
  direction: Direction;
  offline: boolean;
  walkIn: boolean;
  who: string;
  role: ScanOut["role"];
  employer: string;
  lastAt: string | null;
  lastGate: string;
  undone: boolean;
}

export const TONES: Record<Verdict, Tone> = {
  in: "good",
  out: "good",
  already_in: "ask",
  not_in: "ask",
  full: "stop",
  unknown: "stop",
  other_fair: "stop",
  expired: "stop",
  not_open: "stop",
  no_gate: "stop",
};

const TOKEN = "[0-9A-HJKMNP-TV-Z]{26}";
const QR = new RegExp(`^JF1-(\\d{1,9})-${TOKEN}$`);

/** What needs no server to be refused: no pass at all, or another fair's. Null: the server must say. */
export function refuseAtSight(text: string, fairId: number): "unknown" | "other_fair" | null {
  const capitals = text.trim().toUpperCase();
  const found = QR.exec(capitals);
  if (found !== null) return Number(found[1]) === fairId ? null : "other_fair";
  const typed = capitals.replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(typed) || new RegExp(`^${TOKEN}$`).test(typed) ? null : "unknown";
}

export function shownOf(answer: ScanOut, direction: Direction, walkIn: boolean): Shown {
  const { id, verdict, who, role, employer, last_at, last_gate, undone } = answer;
  return { key: id, verdict, direction, offline: false, walkIn, who, role, employer, lastAt: last_at, lastGate: last_gate, undone };
}

export function ownAnswer(key: string, verdict: Verdict, direction: Direction, walkIn: boolean, offline: boolean): Shown {
  return { key, verdict, direction, offline, walkIn, who: "", role: walkIn ? "walk_in" : "", employer: "", lastAt: null, lastGate: "", undone: false };
}
