import { afterEach, describe, expect, it, vi } from "vitest";

import { keepDraft, readDraft } from "@/booths/drafts";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

describe("a note not yet recorded", () => {
  it("belongs to its ticket and is there after a reload", () => {
    keepDraft(7, "沟通清楚");
    keepDraft(8, "");
    expect([readDraft(7), readDraft(8)]).toEqual(["沟通清楚", ""]);
  });

  it("leaves nothing behind once it is recorded", () => {
    keepDraft(7, "沟通清楚");
    keepDraft(7, "");
    expect(sessionStorage).toHaveLength(0);
  });

  it("is not kept where storage is refused, and nothing breaks", () => {
    vi.stubGlobal("sessionStorage", {
      getItem: () => {
        throw new Error("refused");
      },
      setItem: () => {
        throw new Error("refused");
      },
    });
    keepDraft(7, "沟通清楚");
    expect(readDraft(7)).toBe("");
  });
});
