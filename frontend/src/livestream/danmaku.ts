/** Where flying lines go. Pure: no clock, no page. All fly at one speed, so none catches up with the one before it. */

export type Density = "off" | "few" | "some" | "many";

export const DENSITIES: readonly Density[] = ["off", "few", "some", "many"];
/** Share of the lanes that may be used. */
const SHARE: Record<Density, number> = { off: 0, few: 0.34, some: 0.67, many: 1 };
export const GAP = 24; // pixels between two lines in one lane

export interface Flight {
  lane: number;
  /** Milliseconds from the right edge until its end has left on the left. */
  lasts: number;
}

export class Lanes {
  private freeAt: number[] = [];

  constructor(
    private width: number,
    private count: number,
    private readonly speed: number, // pixels per millisecond
  ) {
    this.resize(width, count);
  }

  resize(width: number, count: number): void {
    this.width = width;
    this.count = count;
    this.freeAt = Array.from({ length: count }, (_, lane) => this.freeAt[lane] ?? 0);
  }

  /** The topmost lane whose last line has wholly come in; null when all are taken: a line too many is not shown. */
  take(now: number, length: number, density: Density): Flight | null {
    const usable = Math.ceil(this.count * SHARE[density]);
    const lane = this.freeAt.slice(0, usable).findIndex((free) => free <= now);
    if (lane === -1) return null;
    this.freeAt[lane] = now + (length + GAP) / this.speed;
    return { lane, lasts: (this.width + length) / this.speed };
  }
}
