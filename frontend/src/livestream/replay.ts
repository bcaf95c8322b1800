/** A replay's chapters as the rows of a rundown: each cue once, with the postings it showed last. Pure. */
import type { ReplayOut } from "@/http/schema.gen";
import type { CueOut } from "@/realtime/protocol.gen";

type Chapter = ReplayOut["chapters"][number];
type Pinned = Chapter["pinned"][number];

const positionOf = ({ reference, face, posting }: Pinned): CueOut["positions"][number] => {
  const { id, title, pay_min, pay_max, pay_unit, headcount_min, area } = posting.position;
  return { id, title, pay_min, pay_max, pay_unit, headcount_min, area, face, reference };
};

export function rowsOf(chapters: readonly Chapter[]): CueOut[] {
  const rows = new Map<number, CueOut>();
  chapters.forEach(({ id, cue_id, title, employer, started_at, ended_at, pinned }, rank) => {
    const aired = [...(rows.get(cue_id)?.aired ?? []), { id, started_at, ended_at }];
    rows.set(cue_id, { id: cue_id, rank, title, employer, host: "", minutes: 0, state: "done", aired, positions: pinned.map(positionOf) });
  });
  return [...rows.values()];
}
