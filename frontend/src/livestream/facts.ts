/** A posting in a line, as a card has room for. */
import type { PinnedOut } from "@/realtime/protocol.gen";

type Translate = (key: string, values?: Record<string, unknown>) => string;
type Correction = PinnedOut["corrections"][number];
export type Field = "pay" | "area" | "duties";

/** 招30人 · 初中及以上 · 港闸片 · 包吃住 */
export function factsOf(pinned: PinnedOut, t: Translate): string[] {
  const { position, meals, lodging } = pinned.posting;
  const board = meals && lodging ? "mealsLodging" : meals ? "meals" : lodging ? "lodging" : "";
  return [t("live.hire", { n: position.headcount_min }), position.education_label, position.area, board && t(`live.${board}`)].filter(Boolean);
}

const PAY = new Set(["pay_min", "pay_max", "pay_unit", "pay_note"]);

/** What a correction is about, in the words people use. */
export function fieldsOf(correction: Correction): Field[] {
  const named = new Set<Field>(correction.fields.map((field) => (PAY.has(field) ? "pay" : field === "area" ? "area" : "duties")));
  return (["pay", "area", "duties"] as const).filter((field) => named.has(field));
}

/** The posting as it is told now: as it was on air, and what was corrected since. */
export function toldNow(pinned: PinnedOut): PinnedOut["posting"]["position"] {
  return pinned.corrections.reduce((told, one) => {
    const said = Object.fromEntries(one.fields.map((field) => [field, one.became[field as keyof typeof one.became]]));
    return { ...told, ...said };
  }, pinned.posting.position);
}
