import { describe, expect, it } from "vitest";

import type { FacetValueOut } from "@/http/schema.gen";
import { cleared, fromAddress, isUseful, placesShown, toAddress, toggled, toRequest } from "@/search/criteria";

const value = (code: string, positions: number, chosen = false): FacetValueOut => ({ value: code, label: code, positions, chosen });

describe("the address of a search", () => {
  it("says everything that was asked, and nothing else", () => {
    const query = { q: "焊工", fair: "nantong", city: "320612,320614", board: "lodging", sort: "pay" };
    expect(toAddress(fromAddress(query))).toEqual(query);
    expect(toAddress(fromAddress({ q: "", junk: "1", sort: "random", city: ",,", what: "nonsense" }))).toEqual({});
  });

  it("reads a repeated parameter once", () => {
    expect(fromAddress({ q: ["焊工", "电工"], city: null }).q).toBe("焊工");
  });

  it("asks the server for what it says, and for employers only what they have", () => {
    const criteria = fromAddress({ q: "焊 工", city: "320612", sort: "pay", what: "employers", fair: "x" });
    expect(toRequest(criteria)).toBe("/search/employers?q=%E7%84%8A+%E5%B7%A5&fair=x");
    expect(toRequest({ ...criteria, what: "positions" }, "c")).toBe(
      "/search/positions?q=%E7%84%8A+%E5%B7%A5&fair=x&city=320612&sort=pay&cursor=c",
    );
  });
});

describe("choosing", () => {
  const none = fromAddress({});

  it("takes a value in and out again", () => {
    const chosen = toggled(toggled(none, "board", "meals"), "board", "lodging");
    expect(chosen.chosen).toEqual({ board: ["meals", "lodging"] });
    expect(toggled(toggled(chosen, "board", "meals"), "board", "lodging").chosen).toEqual({});
    expect(cleared(chosen).chosen).toEqual({});
  });

  it("lets a county narrow its city, and a city take its counties' place", () => {
    const city = toggled(none, "city", "320600");
    const county = toggled(city, "city", "320612");
    expect(county.chosen.city).toEqual(["320612"]);
    expect(toggled(toggled(county, "city", "320583"), "city", "320600").chosen.city).toEqual(["320583", "320600"]);
  });
});

describe("places", () => {
  it("of one city are its counties", () => {
    expect(placesShown([value("320600", 9), value("320612", 4), value("320614", 5)]).map((one) => one.value)).toEqual(["320612", "320614"]);
  });

  it("of several are the cities, and the counties of those chosen", () => {
    const values = [value("320500", 2), value("320583", 2), value("320600", 9), value("320612", 4, true)];
    expect(placesShown(values).map((one) => one.value)).toEqual(["320500", "320600", "320612"]);
  });
});

it("a filter that would change nothing is not offered", () => {
  expect(isUseful([value("onsite", 7), value("online", 7)], 7)).toBe(false);
  expect(isUseful([value("onsite", 7), value("online", 3)], 7)).toBe(true);
  expect(isUseful([value("onsite", 7, true)], 7)).toBe(true);
});
