/** A position's facts in the order the page shows them: what the law asks first. Pure. */
import type { PositionMoreOut, PositionOut, PositionPageOut } from "@/http/schema.gen";
import { clockTime, day, pay, range, type Locale } from "@/lib/format";

export interface Fact {
  key: string;
  text: string;
}

type Translate = (key: string, named?: Record<string, unknown>) => string;

export function factsOf(page: PositionPageOut, t: Translate, locale: Locale): Fact[] {
  const { position, more } = page;
  if (position === null || more === null) return [];
  const facts: [string, string][] = [
    ["employer", page.employer.name],
    ["actualEmployer", more.actual_employer],
    ["mandate", more.mandate],
    ["headcount", t("position.people", { n: range(position.headcount_min, position.headcount_max) })],
    ["education", position.education_label],
    ["area", areaOf(position, more)],
    ["pay", [pay(position, locale), position.pay_note].filter(Boolean).join("，")],
    ["occupation", more.occupation?.name ?? ""],
    ["form", more.form === "" ? "" : t(`positionForm.${more.form}`)],
    ["board", boardOf(more, t)],
    ["groups", more.groups.map((group) => group.name).join("、")],
    ["mode", more.mode === "" ? "" : t(`positionMode.${more.mode}`)],
    ["validity", t("position.until", { from: position.valid_from, to: position.valid_until })],
    ["source", more.is_repost ? t("position.reposted", { name: more.source }) : ""],
    ["published", more.published_at === null ? "" : `${day(more.published_at, locale)} ${clockTime(more.published_at)}`],
  ];
  return facts.filter(([, text]) => text !== "").map(([key, text]) => ({ key, text }));
}

/** The employer's own words, after the city where they don't name it. */
function areaOf(position: PositionOut, more: PositionMoreOut): string {
  const full = more.place?.more ?? "";
  return full === "" || full.endsWith(position.area) ? full || position.area : `${position.area}（${full}）`;
}

export function boardOf(more: Pick<PositionMoreOut, "meals" | "lodging">, t: Translate): string {
  const said = [
    more.meals === null ? "" : t(more.meals ? "positionBoard.meals" : "positionBoard.noMeals"),
    more.lodging === null ? "" : t(more.lodging ? "positionBoard.lodging" : "positionBoard.noLodging"),
  ];
  return said.filter(Boolean).join("、");
}
