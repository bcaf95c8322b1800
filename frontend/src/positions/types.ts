/** The words of positions' wire types, by the names the pages use. */
import type { PositionEditOut, PositionForm } from "@/http/schema.gen";

export type Form = Required<PositionForm>;
export type Obstacle = PositionEditOut["obstacles"][number];

export const EMPTY: Form = {
  title: "",
  headcount_min: null,
  headcount_max: null,
  pay_min: null,
  pay_max: null,
  pay_unit: "",
  pay_note: "",
  education: "",
  occupation: "",
  place: "",
  area: "",
  form: "",
  meals: null,
  lodging: null,
  mode: "",
  groups: [],
  notes: "",
  duties: "",
  actual_employer: "",
  mandate: "",
  is_repost: false,
  source: "",
  valid_from: null,
  valid_until: null,
};

export const EDUCATIONS = ["00", "10", "20", "30", "40", "60", "70", "80", "90"] as const;
export const FORMS = ["full_time", "part_time", "flexible", "internship", "temporary"] as const;
export const MODES = ["onsite", "online", "both"] as const;
export const UNITS = ["month", "day", "hour", "year"] as const;
export const GROUPS = ["graduates", "veterans", "disabled", "migrants", "returnees", "new_forms", "hardship", "mothers"] as const;

/** What a person typed as a number: full-width digits, commas and spaces are no errors; anything else is none. */
export function typedNumber(text: string): number | null {
  const plain = text.normalize("NFKC").replace(/[\s,，]/g, "");
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null;
}

/** The day in China, as dates go over the wire. */
export function dayOf(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3600 * 1000).toISOString().slice(0, 10);
}
