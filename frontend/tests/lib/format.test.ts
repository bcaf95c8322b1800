import { describe, expect, it } from "vitest";

import { clockTime, count, countdown, day, dayAndTime, elapsed, isSameDay, minutesSince, pay, range, spaced, span } from "@/lib/format";

const NB = "\u202F";
const month = (pay_min: number | null, pay_max: number | null) => ({ pay_min, pay_max, pay_unit: "month" });

describe("pay", () => {
  it.each([
    [month(5000, 8000), "¥5,000–8,000/月"],
    [month(5000, 5000), "¥5,000/月"],
    [month(5000, null), `¥5,000/月${NB}起`],
    [month(null, 9000), `¥9,000/月${NB}以内`],
    [month(null, null), ""],
    [{ pay_min: 25, pay_max: 30, pay_unit: "hour" }, "¥25–30/小时"],
    [{ pay_min: 200, pay_max: null, pay_unit: "day" }, `¥200/天${NB}起`],
    [{ pay_min: 120000, pay_max: 180000, pay_unit: "year" }, "¥120,000–180,000/年"],
    [{ pay_min: 120000, pay_max: 180000, pay_unit: "" }, "¥120,000–180,000"],
  ])("%o → %s", (value, text) => {
    expect(pay(value)).toBe(text);
  });

  it("speaks English", () => {
    expect(pay(month(5000, 8000), "en")).toBe("¥5,000–8,000/month");
    expect(pay(month(5000, null), "en")).toBe("¥5,000+/month");
    expect(pay(month(null, 5000), "en")).toBe("up to ¥5,000/month");
  });
});

describe("dates on the fair's wall clock", () => {
  it("writes 4月13日 周六 09:00 wherever the device thinks it is", () => {
    expect(dayAndTime("2024-04-13T01:00:00Z")).toBe("4月13日 周六 09:00");
    expect(dayAndTime("2024-04-13T09:00:00+08:00")).toBe("4月13日 周六 09:00");
    expect(dayAndTime("2024-04-13T01:00:00Z", "en")).toBe("Sat 13 Apr 09:00");
  });

  it("changes the day at China's midnight", () => {
    expect(day("2024-04-13T15:59:59Z")).toBe("4月13日 周六");
    expect(day("2024-04-13T16:00:00Z")).toBe("4月14日 周日");
    expect(isSameDay("2024-04-13T15:59:59Z", "2024-04-13T16:00:00Z")).toBe(false);
    expect(clockTime(Date.parse("2024-12-31T16:05:00Z"))).toBe("00:05");
  });

  it("writes spans", () => {
    expect(span("2024-04-13T01:00:00Z", "2024-04-13T07:00:00Z")).toBe("4月13日 周六 09:00–15:00");
    expect(span("2024-04-13T01:00:00Z", "2024-04-14T07:00:00Z")).toBe("4月13日 周六 09:00 – 4月14日 周日 15:00");
  });
});

describe("durations", () => {
  it("counts down by whole seconds begun, never below nothing", () => {
    expect([156_000, 155_001, 60_000, 999, 1, 0, -5_000].map(countdown)).toEqual(["2:36", "2:36", "1:00", "0:01", "0:01", "0:00", "0:00"]);
    expect(countdown(3_723_000)).toBe("1:02:03");
  });

  it("counts up by whole seconds gone", () => {
    expect([0, 252_999, 600_000, 3_600_000, -1].map(elapsed)).toEqual(["00:00", "04:12", "10:00", "1:00:00", "00:00"]);
  });

  it("counts whole minutes", () => {
    const now = Date.parse("2024-04-13T01:14:59Z");
    expect(minutesSince("2024-04-13T01:00:00Z", now)).toBe(14);
    expect(minutesSince("2024-04-13T02:00:00Z", now)).toBe(0);
  });
});

describe("spaced", () => {
  it.each([
    ["前面还有3位", `前面还有${NB}3${NB}位`],
    ["42-017，轮到你了", "42-017，轮到你了"],
    ["B区42号", `B${NB}区${NB}42${NB}号`],
    ["¥5,000–8,000/月", "¥5,000–8,000/月"],
    ["SMT操作员", `SMT${NB}操作员`],
    ["已 有 空格 3 位", "已 有 空格 3 位"],
    ["no Chinese 3", "no Chinese 3"],
    ["", ""],
  ])("%s", (text, result) => {
    expect(spaced(text)).toBe(result);
    expect(spaced(spaced(text))).toBe(result);
  });
});

describe("counts", () => {
  it("groups thousands", () => {
    expect([0, 999, 1000, 775300, 1234567].map(count)).toEqual(["0", "999", "1,000", "775,300", "1,234,567"]);
  });

  it("writes ranges", () => {
    expect([range(10, null), range(5, 10), range(10, 10), range(null, 4), range(null, null)]).toEqual(["10", "5–10", "10", "4", ""]);
  });
});
