/**
 * The lucky draw, computed again in the viewer's own browser: the twin of livestream/drawing.py.
 *
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) are written out, because crypto.subtle is missing on plain HTTP, which a
 * hall's own network often is.
 */
const SPACE = 1n << 256n;
const BLOCK = 64;

/** First 32 bits of the fractional parts of a root of the first primes: what FIPS 180-4 takes its constants from. */
function primes(many: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < many; n += 1) if (found.every((one) => n % one !== 0)) found.push(n);
  return found;
}
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;
const START = primes(8).map((one) => fraction(Math.sqrt(one)));
const ROUND = primes(64).map((one) => fraction(Math.cbrt(one)));
const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

export function sha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  const hash = Int32Array.from(START);
  const words = new Int32Array(64);
  for (let at = 0; at < padded.length; at += BLOCK) mix(hash, words, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, place) => {
    digest.setInt32(4 * place, word);
  });
  return new Uint8Array(digest.buffer);
}

function mix(hash: Int32Array, words: Int32Array, view: DataView, at: number): void {
  const word = (place: number): number => words[place] ?? 0;
  for (let t = 0; t < 16; t += 1) words[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const [near, far] = [word(t - 2), word(t - 15)];
    const s1 = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    const s0 = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    words[t] = (s1 + word(t - 7) + s0 + word(t - 16)) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let t = 0; t < 64; t += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[t] ?? 0) + word(t)) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, place) => {
    hash[place] = ((hash[place] ?? 0) + value) | 0;
  });
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const inner = sha256(joined(block.map((byte) => byte ^ 0x36), message));
  return sha256(joined(block.map((byte) => byte ^ 0x5c), inner));
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOfHex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** What is shown before the first entry. `seed` is hexadecimal. */
export const commitmentOf = (seed: string): string => hexOf(sha256(bytesOfHex(seed)));

/** Of the list of entries, in the order of their numbers. */
export const digestOf = (tickets: readonly string[]): string => hexOf(sha256(bytesOf(tickets.join("\n"))));

/** Places in `tickets` (from 0) of those who win, the first prize first; all of them where there are fewer. */
export function draw(seed: string, tickets: readonly string[], winners: number): number[] {
  const left = tickets.map((_, place) => place);
  const [key, digest] = [bytesOfHex(seed), digestOf(tickets)];
  const won: number[] = [];
  for (let counter = 0; won.length < winners && left.length > 0; counter += 1) {
    const number = BigInt(`0x${hexOf(hmac(key, bytesOf(`${digest}:${counter}`)))}`);
    const many = BigInt(left.length);
    if (number >= SPACE - (SPACE % many)) continue; // in the last, incomplete range: it would favour the first
    won.push(...left.splice(Number(number % many), 1));
  }
  return won;
}
