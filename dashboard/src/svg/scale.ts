// Positions along an axis, as percentages: charts stretch with the page while text and dots keep their size.

export interface Scale {
  /** Position of a value, 0 to 100. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Two decimals are a tenth of a pixel on a wide screen. */
export const percent = (position: number): string => `${Math.round(position * 100) / 100}%`;

export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A logarithmic axis that holds every value, with ticks at 1, 2 and 5 times powers of ten (fewer when it is long). */
export function logScale(values: readonly number[], pad = 0.04): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  let low = Math.log10(positive.length > 0 ? Math.min(...positive) : 1);
  let high = Math.log10(positive.length > 0 ? Math.max(...positive) : 10);
  const least = 0.15 - (high - low);
  if (least > 0) {
    low -= least / 2;
    high += least / 2;
  }
  const room = (high - low) * pad;
  low -= room;
  high += room;
  const steps = high - low > 3.2 ? [1] : high - low > 1.3 ? [1, 3] : high - low > 0.5 ? [1, 2, 5] : fineSteps;
  const ticks: number[] = [];
  for (let decade = Math.floor(low); decade <= high; decade++) {
    for (const step of steps) {
      const exponent = decade + Math.log10(step);
      if (exponent >= low && exponent <= high) ticks.push(10 ** decade * step);
    }
  }
  const at = (value: number): number =>
    Math.min(100, Math.max(0, (100 * (Math.log10(Math.max(value, 1e-12)) - low)) / (high - low)));
  return { at, ticks };
}

const fineSteps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

export function linearScale(low: number, high: number, ticks: readonly number[] = []): Scale {
  const span = high - low || 1;
  return { at: (value) => Math.min(100, Math.max(0, (100 * (value - low)) / span)), ticks };
}
