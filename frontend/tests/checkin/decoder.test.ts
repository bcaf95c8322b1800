import encodeQR from "qr";
import { describe, expect, it } from "vitest";

import { decode } from "@/checkin/decoder";

/** The code as a camera sees it: `scale` pixels a module on a grey ground, as RGBA. */
function picture(text: string, scale: number): ImageData {
  const modules = encodeQR(text, "raw", { border: 4 });
  const side = modules.length * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const shade = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true ? 30 : 215;
      data.fill(shade, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  return { data, width: side, height: side, colorSpace: "srgb" } as ImageData;
}

describe("the decoder", () => {
  it("reads a pass", () => {
    const text = "JF1-12-0123456789ABCDEFGHJKMNPQRS";
    expect(decode(picture(text, 6))).toBe(text);
  });

  it("finds nothing in an empty picture", () => {
    expect(decode({ data: new Uint8ClampedArray(200 * 200 * 4).fill(200), width: 200, height: 200, colorSpace: "srgb" } as ImageData)).toBeNull();
  });
});
