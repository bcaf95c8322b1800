/** Reads QR codes from frames where the browser cannot (iPhones, WeChat). Loaded only at a gate that needs it. */
import { decodeQR } from "qr/decode.js";

/** The code in the picture, or null. */
export function decode(image: ImageData): string | null {
  try {
    return decodeQR(image);
  } catch {
    return null;
  }
}
