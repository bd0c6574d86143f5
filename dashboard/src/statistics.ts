// The arithmetic of comparing latencies: ratios to the best, averaged in log space. No bare means.

/**
 * Added to both sides of a ratio, so that operators near the clock's own step do not look ten times apart
 * (ClickBench scores with such a constant too).
 */
export const RATIO_FLOOR_NS = 20;

/** How many times slower `ns` is than `bestNs`, damped near zero. */
export const ratioToBest = (ns: number, bestNs: number): number =>
  (ns + RATIO_FLOOR_NS) / (bestNs + RATIO_FLOOR_NS);

export function geometricMean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += Math.log(value);
  return Math.exp(sum / values.length);
}

/** Groups rows by a key, in order of first appearance. */
export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}
