/** What a person searches for lives in the address, so that it can be shared, kept and gone back to. */
import type { LocationQuery } from "vue-router";

import type { FacetOut, FacetValueOut, SearchOut } from "@/http/schema.gen";

export type FacetName = FacetOut["name"];
export type Sort = SearchOut["sort"];
export type What = "positions" | "employers";

export const FACETS: readonly FacetName[] = ["city", "pay", "board", "occupation", "education", "form", "group", "mode", "zone"];
const SORTS: readonly string[] = ["relevance", "newest", "pay", "line"];

export interface Criteria {
  what: What;
  q: string;
  fair: string;
  sort: Sort | null;
  chosen: Partial<Record<FacetName, string[]>>;
}

export function fromAddress(query: LocationQuery): Criteria {
  const text = (name: string): string => {
    const value = query[name];
    return (Array.isArray(value) ? value[0] : value) ?? "";
  };
  const chosen: Criteria["chosen"] = {};
  for (const name of FACETS) {
    const values = text(name).split(",").filter(Boolean);
    if (values.length > 0) chosen[name] = values;
  }
  const sort = text("sort");
  return {
    what: text("what") === "employers" ? "employers" : "positions",
    q: text("q"),
    fair: text("fair"),
    sort: SORTS.includes(sort) ? (sort as Sort) : null,
    chosen,
  };
}

export function toAddress(criteria: Criteria): Record<string, string> {
  const query: Record<string, string> = {};
  if (criteria.q !== "") query["q"] = criteria.q;
  if (criteria.fair !== "") query["fair"] = criteria.fair;
  if (criteria.what === "employers") query["what"] = "employers";
  for (const name of FACETS) {
    const values = criteria.chosen[name] ?? [];
    if (values.length > 0) query[name] = values.join(",");
  }
  if (criteria.sort !== null) query["sort"] = criteria.sort;
  return query;
}

/** What the server is asked; filters and sorts are of positions only. */
export function toRequest(criteria: Criteria, cursor: string | null = null): string {
  const { what, ...query } = toAddress(criteria);
  const asked = what === "employers" ? pick(query, ["q", "fair"]) : query;
  const parameters = new URLSearchParams(cursor === null ? asked : { ...asked, cursor });
  return `/search/${criteria.what}?${parameters.toString()}`;
}

function pick(query: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)));
}

const isCity = (code: string): boolean => code.endsWith("00");
const cityOf = (code: string): string => `${code.slice(0, 4)}00`;

/** Take a value in or out. A city stands for its counties, so one of them narrows it and it widens them. */
export function toggled(criteria: Criteria, name: FacetName, value: string): Criteria {
  const before = criteria.chosen[name] ?? [];
  let values = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  if (name === "city" && values.includes(value)) {
    values = values.filter((one) => one === value || (isCity(value) ? cityOf(one) !== value : one !== cityOf(value)));
  }
  const others = Object.entries(criteria.chosen).filter(([one]) => one !== name);
  return { ...criteria, chosen: Object.fromEntries(values.length > 0 ? [...others, [name, values]] : others) };
}

export function cleared(criteria: Criteria): Criteria {
  return { ...criteria, chosen: {} };
}

/** Counties of one city, or cities and the counties of those chosen. */
export function placesShown(values: readonly FacetValueOut[]): FacetValueOut[] {
  const cities = values.filter((one) => isCity(one.value));
  const counties = values.filter((one) => !isCity(one.value));
  if (cities.length <= 1 && counties.length > 0) return counties;
  const open = new Set(values.filter((one) => one.chosen).map((one) => cityOf(one.value)));
  return cities.flatMap((city) => [city, ...counties.filter((one) => open.has(city.value) && cityOf(one.value) === city.value)]);
}

/** Whether taking the filter away would find something. Of `board` all chosen values hold in its counts too: ask. */
export function wouldHelp(facets: readonly FacetOut[], name: string): boolean {
  return name === "board" || facets.some((facet) => facet.name === name && facet.values.some((one) => one.positions > 0));
}

/** A filter whose every value would leave everything says nothing; what is chosen always shows. */
export function isUseful(values: readonly FacetValueOut[], total: number): boolean {
  return values.some((one) => one.chosen || one.positions !== total);
}
