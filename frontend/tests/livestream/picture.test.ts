import { describe, expect, it } from "vitest";

import { followed, instantOf, reducePicture, timeOf } from "@/livestream/picture";
import type { PictureOut } from "@/realtime/protocol.gen";

const BEGAN = Date.UTC(2026, 3, 11, 1, 0, 0);
const pieces = [
  { start: 0, duration: 1, programDateTime: BEGAN },
  { start: 1, duration: 1, programDateTime: BEGAN + 1_000 },
  { start: 2, duration: 2, programDateTime: BEGAN + 60_000 }, // the source was away for a minute
];

describe("instants of frames", () => {
  it("tells when a frame was filmed, across an interruption", () => {
    expect(instantOf(pieces, 0.5)).toBe(BEGAN + 500);
    expect(instantOf(pieces, 3)).toBe(BEGAN + 61_000);
    expect(instantOf([], 3)).toBeNull();
    expect(instantOf([{ start: 0, duration: 1, programDateTime: null }], 0.2)).toBeNull();
  });

  it("still knows what has left the list while the player is behind it", () => {
    const later = [{ start: 4.02, duration: 1, programDateTime: BEGAN + 62_000 }];
    const known = followed(followed([], pieces), later);
    expect(known.map((one) => one.start)).toEqual([0, 1, 2, 4.02]);
    expect(instantOf(known, 1.5)).toBe(BEGAN + 1_500);
    expect(followed(known, later)).toEqual(known);
    expect(followed(known, [])).toEqual(known);
    expect(followed(pieces, [{ start: 1.001, duration: 1, programDateTime: BEGAN + 1_000 }]).map((one) => one.start)).toEqual([0, 1.001]);
  });

  it("finds what was filmed then, or the next there is", () => {
    expect(timeOf(pieces, BEGAN + 1_250)).toBe(1.25);
    expect(timeOf(pieces, BEGAN + 30_000)).toBe(2);
    expect(timeOf(pieces, BEGAN - 5_000)).toBe(0);
    expect(timeOf(pieces, BEGAN + 90_000)).toBeNull();
  });
});

it("takes the newest picture and passes over what it does not know", () => {
  const on: PictureOut = { room_id: 1, session_id: 2, state: "on", since: null, address: "/hls/air/1/index.m3u8", sound: "", poster: "" };
  const cut: PictureOut = { ...on, state: "cut", address: "" };
  expect(reducePicture(on, { is: "livestream.picture_changed", data: cut })).toEqual(cut);
  expect(reducePicture(on, { is: "livestream.other", data: {} })).toBe(on);
});
