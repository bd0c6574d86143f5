// Numbers as people read them. Units are always printed; nothing is rounded to less than it is worth.

const significant = (value: number): string => {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits);
};

/** A duration: `812 ns`, `4.21 µs`, `13.8 ms`, `2.10 s`. */
export function formatNs(ns: number | null): string {
  if (ns === null || !Number.isFinite(ns)) return '–';
  if (ns < 999.5) return `${ns < 10 ? ns.toFixed(1) : Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${significant(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${significant(ns / 1e6)} ms`;
  return `${significant(ns / 1e9)} s`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999.5e3) return `${significant(bytes / 1e3)} kB`;
  return `${significant(bytes / 1e6)} MB`;
}

/** A whole number with thin groups: `12,408`. */
export const formatCount = (count: number): string => Math.round(count).toLocaleString('en-US');

/** A ratio to the best: `1.00×`, `3.4×`, `128×`. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return '–';
  return `${ratio < 10 ? ratio.toFixed(2) : ratio < 100 ? ratio.toFixed(1) : Math.round(ratio)}×`;
}

export const formatPercent = (share: number): string =>
  `${share >= 0.1 || share === 0 ? Math.round(share * 100) : (share * 100).toFixed(1)} %`;

/** How long ago: `just now`, `42 s ago`, `3 h ago`. */
export function formatAgo(atMs: number | null, nowMs: number): string {
  if (atMs === null) return 'never';
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}

/** An instant in UTC: `2026-11-21 00:31:07`. */
export const formatInstant = (atMs: number): string =>
  new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** A duration on an axis, without the zeros of a measurement: `500 µs`, `1 ms`. */
export const formatTick = (ns: number): string =>
  formatNs(ns)
    .replace(/\.0+ /, ' ')
    .replace(/(\.\d*[1-9])0+ /, '$1 ');
