import { describe, expect, it } from "vitest";

import { byLatest, canWithdraw, isUnanswered, milestones, reasonText, whenShort } from "@/applications/progress";
import { application } from "./rows";

const opened = "2026-04-11T03:00:00Z";
const answered = "2026-04-12T03:00:00Z";

describe("milestones", () => {
  it("say what has not happened yet", () => {
    expect(milestones(application())).toEqual([
      { mark: "delivered", state: "submitted", at: "2026-04-11T02:42:07Z" },
      { mark: "opened", state: "opened", at: null },
      { mark: "result", state: null, at: null },
    ]);
  });

  it.each(["shortlisted", "invited", "offered", "hired", "rejected"] as const)("take %s for a result", (state) => {
    const one = application({ state, opened_at: opened, steps: [{ state, at: answered, by: "employer", reason: null }] });
    expect(milestones(one)[2]).toEqual({ mark: "result", state, at: answered });
  });
});

it("an answer is owed until there is one", () => {
  expect(isUnanswered(application())).toBe(true);
  expect(isUnanswered(application({ state: "opened" }))).toBe(true);
  expect(isUnanswered(application({ state: "invited" }))).toBe(false);
  expect(isUnanswered(application({ state: "withdrawn" }))).toBe(false);
});

it("what is over cannot be withdrawn", () => {
  expect(canWithdraw(application({ state: "offered" }))).toBe(true);
  for (const state of ["hired", "rejected", "withdrawn"] as const) expect(canWithdraw(application({ state }))).toBe(false);
});

describe("the reason", () => {
  const why = (code: string, label: string, text: string) => [{ reason: { code, label, text } }];
  it("is the list's words and the employer's own", () => {
    expect(reasonText(why("skills", "技能差距", "需要焊工证"))).toBe("技能差距：需要焊工证");
    expect(reasonText(why("skills", "技能差距", ""))).toBe("技能差距");
    expect(reasonText(why("other", "其他原因", "班车不到"))).toBe("班车不到");
    expect(reasonText([{ reason: null }])).toBe("");
  });
  it("is the latest one", () => {
    expect(reasonText([...why("pay", "薪酬", ""), ...why("filled", "已招满", ""), { reason: null }])).toBe("已招满");
  });
});

it("times are short today and dated else, on the fair's clock", () => {
  const now = Date.parse("2026-04-11T15:30:00Z"); // 23:30 in China
  expect(whenShort("2026-04-10T16:30:00Z", now, "zh-Hans")).toBe("00:30");
  expect(whenShort("2026-04-10T15:30:00Z", now, "zh-Hans")).toBe("4月10日 周五 23:30");
});

it("the newest movement comes first", () => {
  const old = application({ id: 1, steps: [{ state: "opened", at: answered, by: "employer", reason: null }] });
  const fresh = application({ id: 2 });
  expect([fresh, old].sort(byLatest).map(({ id }) => id)).toEqual([1, 2]);
});
