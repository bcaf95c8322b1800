/** What the form asks, in which step, and the choices it offers. Pure. */
import type { ResumeForm, ResumeOut } from "@/http/schema.gen";

export type Form = Partial<ResumeForm>;
export type Field = keyof ResumeForm;

export const STEPS = ["who", "wish", "skills", "send"] as const;
export type Step = (typeof STEPS)[number];

/** In the order of the page. */
export const FIELDS_OF: Record<Step, readonly string[]> = {
  who: ["name", "birth", "phone"],
  wish: ["occupation", "area"],
  skills: ["education", "experience", "summary"],
  send: [],
};

export const EDUCATION = ["80", "70", "60", "40", "30", "20", "10"] as const;
export const EXPERIENCE = ["none", "under_1", "1_3", "3_5", "5_10", "over_10"] as const;
export const AVAILABLE = ["now", "week", "month", "later"] as const;
export const PAY = [3000, 4000, 5000, 6000, 7000, 8000, 10000, 12000, 15000] as const;

/** The programme's thirteen cities (GB/T 2260). */
export const CITIES: readonly (readonly [code: string, name: string])[] = [
  ["320100", "南京市"], ["320200", "无锡市"], ["320300", "徐州市"], ["320400", "常州市"], ["320500", "苏州市"],
  ["320600", "南通市"], ["320700", "连云港市"], ["320800", "淮安市"], ["320900", "盐城市"], ["321000", "扬州市"],
  ["321100", "镇江市"], ["321200", "泰州市"], ["321300", "宿迁市"],
];

/** Years one may choose: from a hundred years ago to those who may already be sixteen. Newest first. */
export function birthYears(thisYear: number): number[] {
  return Array.from({ length: 60 }, (_, index) => thisYear - 16 - index);
}

/** "南通市 崇川区" → its city and what is left. */
export function splitArea(area: string): { city: string; rest: string } {
  const [first = "", ...rest] = area.split(" ");
  return CITIES.some(([, name]) => name === first) ? { city: first, rest: rest.join(" ") } : { city: "", rest: area };
}

export function joinArea(city: string, rest: string): string {
  return [city, rest.trim()].filter((part) => part !== "").join(" ");
}

/** A phrase pressed again is taken back. */
export function togglePhrase(summary: string, phrase: string): string {
  const parts = summary.split("，").map((part) => part.trim()).filter((part) => part !== "");
  return (parts.includes(phrase) ? parts.filter((part) => part !== phrase) : [...parts, phrase]).join("，");
}

export function hasPhrase(summary: string, phrase: string): boolean {
  return summary.split("，").some((part) => part.trim() === phrase);
}

/** The first step that still lacks something; the last one when nothing does. */
export function firstOpenStep(missing: ResumeOut["missing"]): Step {
  return STEPS.find((step) => FIELDS_OF[step].some((field) => field !== "phone" && field in missing)) ?? "send";
}

/** What the page can tell before the server does. */
export function missingNow(form: Form, hasFile: boolean): string[] {
  const asked = STEPS.flatMap((step) => FIELDS_OF[step]).filter((field) => field !== "phone");
  const spared = hasFile ? ["summary", "experience"] : [];
  return asked.filter((field) => !spared.includes(field) && !form[field as Field]);
}
