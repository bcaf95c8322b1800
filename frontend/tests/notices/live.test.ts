/** The server's recorded conversation (tests/notices/test_commutation.py) through the browser's reducer. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { NoticeOut } from "@/http/schema.gen";
import { reduceNotices, together, type Push } from "@/notices/live";
import type { NoticesOut } from "@/realtime/protocol.gen";

const { before, pushes, after } = JSON.parse(readFileSync("tests/notices/commutation.golden.json", "utf8")) as {
  before: NoticesOut;
  pushes: Push[];
  after: NoticesOut;
};
const notice = (id: number): NoticeOut => ({
  id,
  kind: "booths.called",
  text_zh: "轮到你了",
  text_en: "your turn",
  link: "/t/1",
  created_at: "2026-04-11T04:00:00Z",
  seen_at: null,
});
const added = (id: number): Push => ({ is: "notices.notice_added", data: { notice: notice(id) } });

describe("my notices", () => {
  it("old list + pushes == new list, also with each push twice", () => {
    expect(pushes.reduce(reduceNotices, before)).toEqual(after);
    expect(pushes.flatMap((push) => [push, push]).reduce(reduceNotices, before)).toEqual(after);
  });

  it("keep the newest fifty, newest first, in whatever order they come", () => {
    const ids = Array.from({ length: 60 }, (_, index) => ((index * 7) % 60) + 1);
    const { notices } = ids.map(added).reduce(reduceNotices, { notices: [] });
    expect(notices.map((one) => one.id)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
  });

  it("leave unknown pushes alone", () => {
    const mine = { notices: [notice(1)] };
    expect(reduceNotices(mine, { is: "booths.unknown", data: {} } as unknown as Push)).toBe(mine);
  });

  it("join older pages below, each once, believing what is live", () => {
    const seen = { ...notice(3), seen_at: "2026-04-11T04:01:00Z" };
    expect(together([seen], [notice(3), notice(1)])).toEqual([seen, notice(1)]);
  });
});
