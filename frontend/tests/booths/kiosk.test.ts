import { beforeEach, describe, expect, it } from "vitest";

import { bodyOf, grouped, inOrder, keepWidth, keptWidth, problemOf } from "@/booths/kiosk";
import type { BoothCardOut } from "@/http/schema.gen";

const card = (number: number, state: BoothCardOut["state"]): BoothCardOut => ({ number, state }) as BoothCardOut;

describe("whom the number is for", () => {
  it.each([
    [{ kind: "phone", text: "138 0000 1234" } as const, null, { booth_id: 7, phone: "13800001234", pass_code: null }],
    [{ kind: "phone", text: "１３８００００１２３４" } as const, null, { booth_id: 7, phone: "13800001234", pass_code: null }],
    [{ kind: "pass", text: " P-1 " } as const, null, { booth_id: 7, phone: null, pass_code: "P-1" }],
    [{ kind: "paper" } as const, null, { booth_id: 7, phone: null, pass_code: null }],
  ])("%o", (holder, problem, body) => {
    expect(problemOf(holder)).toBe(problem);
    expect(bodyOf(7, holder)).toEqual(body);
  });

  it("names what is wrong before it is sent", () => {
    expect(problemOf({ kind: "phone", text: "1380000" })).toBe("badPhone");
    expect(problemOf({ kind: "phone", text: "23800001234" })).toBe("badPhone");
    expect(problemOf({ kind: "pass", text: "  " })).toBe("badPass");
  });
});

describe("inOrder", () => {
  it("puts booths that take numbers first", () => {
    const cards = [card(9, "closed"), card(12, "open"), card(3, "paused"), card(1, "closed")];
    expect(inOrder(cards).map((one) => one.number)).toEqual([3, 12, 1, 9]);
  });
});

describe("paper", () => {
  beforeEach(() => {
    localStorage.clear();
  });

  it("groups a code and keeps the printer's width", () => {
    expect(grouped("AB3K9Q")).toBe("AB3 K9Q");
    expect(grouped("")).toBe("");
    expect(keptWidth()).toBe(80);
    keepWidth(58);
    expect(keptWidth()).toBe(58);
  });
});
