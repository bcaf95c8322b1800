import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { kindOf, PieceLine, type Ending } from "@/livestream/camera";

class Passing extends Error {}

function line(answers: (number: number) => Promise<unknown>) {
  const sent: number[] = [];
  const endings: Ending[] = [];
  let at = 0;
  const carrier = {
    send: async (number: number) => {
      await answers(number);
      sent.push(number);
    },
    isPassing: (error: unknown) => error instanceof Passing,
    now: () => at,
  };
  const made = new PieceLine(carrier, (why) => endings.push(why));
  return { made, sent, endings, later: (ms: number) => { at += ms; } };
}

const piece = (): Blob => new Blob(["x"]);

describe("pieces of a camera", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("go in their order, one at a time", async () => {
    const { made, sent } = line(() => Promise.resolve());
    for (let n = 0; n < 3; n++) made.add(piece());
    made.add(new Blob([]));
    await vi.runAllTimersAsync();
    expect(sent).toEqual([0, 1, 2]);
  });

  it("are sent again over a blink of the network", async () => {
    let failures = 2;
    const { made, sent, endings } = line(() => (failures-- > 0 ? Promise.reject(new Passing()) : Promise.resolve()));
    made.add(piece());
    made.add(piece());
    await vi.runAllTimersAsync();
    expect(sent).toEqual([0, 1]);
    expect(endings).toEqual([]);
  });

  it("are given up when they are not live any more, once", async () => {
    const { made, sent, endings, later } = line(() => Promise.reject(new Passing()));
    made.add(piece());
    await vi.advanceTimersByTimeAsync(300);
    later(7_000);
    await vi.advanceTimersByTimeAsync(1_000);
    made.add(piece());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual([]);
    expect(endings).toEqual(["late"]);
  });

  it("end with a refusal", async () => {
    const { made, endings } = line(() => Promise.reject(new Error("over")));
    made.add(piece());
    made.add(piece());
    await vi.runAllTimersAsync();
    expect(endings).toEqual(["refused"]);
  });
});

it("takes H.264 where the browser records it, WebM where not, else nothing", () => {
  expect(kindOf(() => true)?.container).toBe("mp4");
  expect(kindOf((type) => type.startsWith("video/webm"))?.container).toBe("webm");
  expect(kindOf(() => false)).toBeNull();
});
