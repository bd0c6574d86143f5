// Token buckets in a table of fixed size: a key is hashed, with a secret of this process, to one bucket in each of two
// rows, and is held back when both are empty. Memory never grows, nothing can be evicted, and no key is kept: two keys
// that share one bucket rarely share both.

export interface RateLimit {
  /** Refill. 0: no limit. */
  readonly perMinute: number;
  readonly burst: number;
}

const ROWS = 2;

/** Takes from buckets. `hash` spreads keys over 2^32 and must not be predictable. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #hash: (key: string, row: number) => number;
  readonly #mask: number;
  /** What is missing from each bucket, at the time beside it. */
  readonly #missing: Float64Array;
  readonly #atMs: Float64Array;

  constructor(limit: RateLimit, hash: (key: string, row: number) => number, bitsPerRow = 16) {
    this.#limit = limit;
    this.#hash = hash;
    this.#mask = 2 ** bitsPerRow - 1;
    this.#missing = new Float64Array(ROWS << bitsPerRow);
    this.#atMs = new Float64Array(ROWS << bitsPerRow);
  }

  /** Takes `cost`, or takes nothing and says how many milliseconds to wait. Costs over the burst pass a full bucket. */
  take(key: string, cost: number, nowMs: number): number {
    const { perMinute, burst } = this.#limit;
    if (perMinute <= 0) return 0;
    const perMs = perMinute / 60_000;
    const slots = [0, 1].map((row) => row * (this.#mask + 1) + (this.#hash(key, row) & this.#mask));
    let waitMs = Number.POSITIVE_INFINITY;
    for (const slot of slots) {
      const elapsedMs = Math.max(0, nowMs - (this.#atMs[slot] ?? 0));
      this.#missing[slot] = Math.max(0, (this.#missing[slot] ?? 0) - elapsedMs * perMs);
      this.#atMs[slot] = nowMs;
      const over = (this.#missing[slot] ?? 0) + Math.min(cost, burst) - burst;
      waitMs = Math.min(waitMs, over <= 0 ? 0 : over / perMs);
    }
    if (waitMs > 0) return waitMs;
    for (const slot of slots) this.#missing[slot] = Math.min(burst, (this.#missing[slot] ?? 0) + cost);
    return 0;
  }
}
