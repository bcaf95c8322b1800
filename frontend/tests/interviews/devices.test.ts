import { afterEach, describe, expect, it, vi } from "vitest";

import { loudness, troubleBefore, troubleOf } from "@/interviews/devices";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("why there is no picture", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "none"],
    ["OverconstrainedError", "none"],
    ["NotReadableError", "busy"],
  ])("%s is said as %s", (name, trouble) => {
    expect(troubleOf(new DOMException("", name))).toBe(trouble);
  });

  it("is known before anybody is asked, where the browser or the address cannot do it", () => {
    vi.stubGlobal("RTCPeerConnection", undefined);
    expect(troubleBefore()).toBe("unsupported");
    vi.stubGlobal("RTCPeerConnection", Object);
    vi.stubGlobal("isSecureContext", false);
    expect(troubleBefore()).toBe("insecure");
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("navigator", { mediaDevices: undefined });
    expect(troubleBefore()).toBe("unsupported");
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => undefined } });
    expect(troubleBefore()).toBe("");
  });

  it("silence is 0, a shout is 1", () => {
    expect(loudness(new Uint8Array(64).fill(128))).toBe(0);
    expect(loudness(Uint8Array.from({ length: 64 }, (_, at) => (at % 2 === 0 ? 0 : 255)))).toBe(1);
  });
});
