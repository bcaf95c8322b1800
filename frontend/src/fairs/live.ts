/** The fair's gauge, laid over its booth cards. */
import type { BoothState } from "@/booths/line";
import type { BoothCardOut } from "@/http/schema.gen";

export type FairGauge = Record<string, { waiting: number; state: BoothState }>;

export function withGauge(cards: readonly BoothCardOut[], gauge: FairGauge | null): BoothCardOut[] {
  if (gauge === null) return [...cards];
  return cards.map((card) => {
    const now = gauge[`booth:${card.id}`];
    return now === undefined ? card : { ...card, waiting: now.waiting, state: now.state };
  });
}
