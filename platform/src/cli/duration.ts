// Durations in a terminal: three significant digits and a unit.

/** `812 ns`, `4.21 µs`, `13.8 ms`, `2.10 s`. */
export function formatDuration(ns: number | null): string {
  if (ns === null) return '–';
  for (const [unit, size] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
  ] as const) {
    if (ns >= size * 0.9995) return `${(ns / size).toPrecision(3)} ${unit}`;
  }
  return `${ns.toPrecision(3)} ns`;
}
