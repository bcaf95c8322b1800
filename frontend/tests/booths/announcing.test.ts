import { describe, expect, it } from "vitest";

import { keyOf, remember, shownCalls, spokenCall, toAnnounce, type ShownCall } from "@/booths/announcing";

const NOW = Date.parse("2024-04-13T02:30:00Z");
function call(label: string, secondsAgo: number, changes: Partial<ShownCall> = {}): ShownCall {
  return {
    call_id: Number(label.replace("-", "")),
    label,
    booth_id: 7,
    booth_number: Number(label.split("-")[0]),
    desk_number: 2,
    zone: "B",
    called_at: new Date(NOW - secondsAgo * 1000).toISOString(),
    times: 1,
    state: "called",
    ...changes,
  };
}

describe("shownCalls", () => {
  it("shows the newest first, of the zone, no more than fit, nothing stale", () => {
    const calls = [call("1-001", 50), call("2-001", 10), call("3-001", 30, { zone: "A" }), call("4-001", 3600)];
    expect(shownCalls(calls, "", NOW, 9).map((one) => one.label)).toEqual(["2-001", "3-001", "1-001"]);
    expect(shownCalls(calls, "B", NOW, 9).map((one) => one.label)).toEqual(["2-001", "1-001"]);
    expect(shownCalls(calls, "", NOW, 1).map((one) => one.label)).toEqual(["2-001"]);
    expect(shownCalls([], "", NOW, 9)).toEqual([]);
  });

  it("shows a ticket once, where it was called last", () => {
    const calls = [call("1-001", 50, { desk_number: 1 }), call("1-001", 5, { desk_number: 3 })];
    expect(shownCalls(calls, "", NOW, 9).map((one) => one.desk_number)).toEqual([3]);
  });
});

describe("toAnnounce", () => {
  it("is what is new, oldest first, and a second call of the same ticket", () => {
    const calls = [call("2-001", 5), call("1-001", 20)];
    expect(toAnnounce(calls, new Set(), NOW).map((one) => one.label)).toEqual(["1-001", "2-001"]);
    const announced = remember(new Set(), calls);
    expect(toAnnounce(calls, announced, NOW)).toEqual([]);
    expect(toAnnounce([call("1-001", 0, { times: 2 })], announced, NOW)).toHaveLength(1);
  });

  it("keeps silent about what happened while it was away", () => {
    expect(toAnnounce([call("1-001", 61), call("2-001", 59)], new Set(), NOW).map((one) => one.label)).toEqual(["2-001"]);
  });
});

describe("remember", () => {
  it("holds the newest, however many days it runs", () => {
    let announced = new Set<string>();
    for (let n = 0; n < 5000; n++) announced = remember(announced, [call(`1-${n}`, 0)]);
    expect(announced.size).toBe(60);
    expect(announced.has(keyOf(call("1-4999", 0)))).toBe(true);
  });
});

describe("spokenCall", () => {
  it("reads numbers digit by digit", () => {
    expect(spokenCall(call("42-017", 0))).toBe("请四二，零一七号，到四二号展位，二号桌");
    expect(spokenCall(call("108-1003", 0, { desk_number: 11 }))).toBe("请一零八，一零零三号，到一零八号展位，一一号桌");
  });
});
