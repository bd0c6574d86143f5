// How finely a clock steps. Latencies near one step say only that they were short, so every batch carries it.

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * The largest step that explains all differences between readings, in nanoseconds: 1 on Linux, 100 on Windows,
 * 5,000 or 100,000 in browsers. Gives up after `maxReadings` readings of a clock that stands still.
 */
export function clockResolutionNs(ticksNs: () => number, steps = 16, maxReadings = 2_000_000): number {
  let step = 0;
  let seen = 0;
  let last = Math.round(ticksNs());
  for (let readings = 0; readings < maxReadings && seen < steps; readings++) {
    const now = Math.round(ticksNs());
    if (now <= last) continue;
    step = gcd(step, now - last);
    last = now;
    seen++;
  }
  return step > 0 ? Math.min(step, 1e9) : 1e9;
}
