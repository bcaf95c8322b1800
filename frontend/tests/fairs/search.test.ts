import { describe, expect, it } from "vitest";

import { withGauge } from "@/fairs/live";
import { currentFair, haystack, search } from "@/fairs/search";
import type { BoothCardOut } from "@/http/schema.gen";

function card(id: number, changes: Partial<BoothCardOut> = {}): BoothCardOut {
  return {
    id,
    number: id,
    zone_id: 1,
    employer_name: "江海船舶重工",
    service: "",
    titles: ["电焊工", "SMT操作员"],
    positions: 2,
    headcount: 48,
    pay_min: 6000,
    pay_max: 10000,
    area: "启东市",
    state: "open",
    waiting: 0,
    ...changes,
  };
}

describe("search", () => {
  const entries = [card(1), card(2, { employer_name: "瑞丰纺织科技", titles: ["缝纫工"], area: "通州区" })].map((one) => ({
    id: one.id,
    text: haystack(one),
  }));
  const found = (query: string): number[] => search(entries, query).map((entry) => entry.id);

  it.each([
    ["", [1, 2]],
    ["  ", [1, 2]],
    ["焊工", [1]],
    ["工 通州", [2]],
    ["smt", [1]],
    ["ＳＭＴ", [1]],
    ["2号", [2]],
    ["焊工 通州", []],
    ["飞行员", []],
  ])("“%s” → %o", (query, ids) => {
    expect(found(query)).toEqual(ids);
  });
});

describe("withGauge", () => {
  it("lays the live lines over the cards", () => {
    const cards = [card(1), card(2)];
    expect(withGauge(cards, { "booth:2": { waiting: 12, state: "paused" } })).toEqual([card(1), card(2, { waiting: 12, state: "paused" })]);
    expect(withGauge(cards, null)).toEqual(cards);
  });
});

describe("currentFair", () => {
  const fair = (slug: string, state: string, opens_at: string) => ({ slug, state, opens_at });

  it("prefers one that is on, then the next to come, then the latest", () => {
    const old = fair("old", "closed", "2024-03-01T01:00:00Z");
    const older = fair("older", "closed", "2024-02-01T01:00:00Z");
    const soon = fair("soon", "scheduled", "2024-05-01T01:00:00Z");
    const later = fair("later", "scheduled", "2024-06-01T01:00:00Z");
    const on = fair("on", "open", "2024-04-13T01:00:00Z");
    expect(currentFair([old, later, on, soon])?.slug).toBe("on");
    expect(currentFair([later, old, soon])?.slug).toBe("soon");
    expect(currentFair([older, old])?.slug).toBe("old");
    expect(currentFair([fair("draft", "draft", "2024-04-13T01:00:00Z")])).toBeNull();
    expect(currentFair([])).toBeNull();
  });
});
