/** The same winners here as at the server: vectors written by tests/livestream/test_drawing.py. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { commitmentOf, digestOf, draw, sha256 } from "@/livestream/drawing";
import { reduceDraw, reduceDraws, type DrawPush } from "@/livestream/drawsLive";
import type { DrawDeskOut, RoomDrawOut } from "@/realtime/protocol.gen";

interface Vector {
  seed: string;
  tickets: string[];
  winners: number;
  commitment: string;
  digest: string;
  drawn: number[];
}
interface Golden<S> {
  before: S;
  pushes: DrawPush[];
  after: S;
}
const read = <T>(name: string): T => JSON.parse(readFileSync(`tests/livestream/${name}.golden.json`, "utf8")) as T;
const SEED = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

describe("the draw", () => {
  it.each(read<Vector[]>("drawing"))("of $winners among $tickets.length is the server's", (one) => {
    expect(commitmentOf(one.seed)).toBe(one.commitment);
    expect(digestOf(one.tickets)).toBe(one.digest);
    expect(draw(one.seed, one.tickets, one.winners)).toEqual(one.drawn);
  });
  it("has answers that are fixed for ever", () => {
    const tickets = Array.from({ length: 10 }, (_, place) => (place + 1).toString(16).padStart(8, "0"));
    expect(commitmentOf(SEED)).toBe("4773d12e2371bb935b9a0f5439b4a1c3ad3f2414b86980f8418d1cfabdfadfef");
    expect(draw(SEED, tickets, 3)).toEqual([1, 4, 0]);
    expect(draw(SEED, [], 3)).toEqual([]);
  });
  it("digests texts of every length as another implementation does", () => {
    for (let length = 0; length < 200; length += 1) {
      const text = new Uint8Array(length).map((_, place) => (place * 7 + length) % 256);
      expect(Buffer.from(sha256(text)).toString("hex")).toBe(createHash("sha256").update(text).digest("hex"));
    }
  });
});

describe("old snapshot + pushes == new snapshot", () => {
  const [room, desk] = read<[Golden<RoomDrawOut>, Golden<DrawDeskOut>]>("draws");

  it("for viewers and for the studio, each push twice", () => {
    const twice = (pushes: DrawPush[]): DrawPush[] => pushes.flatMap((push) => [push, push]);
    expect(twice(room.pushes).reduce(reduceDraw, room.before)).toEqual(room.after);
    expect(twice(desk.pushes).reduce(reduceDraws, desk.before)).toEqual(desk.after);
  });
});
