// How a benchmark measures: candidates take turns within each round, so that a machine that slows down slows all of
// them, and a figure is the median over rounds with its spread.

import { hrtime } from 'node:process';

export interface Figure {
  readonly median: number;
  /** Distance between the quartiles as a share of the median. */
  readonly spread: number;
  readonly rounds: number;
}

const quantile = (sorted: readonly number[], share: number): number => {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
};

/** Median and quartile spread of the rounds of one candidate. */
export function figureOf(rounds: readonly number[]): Figure {
  const sorted = [...rounds].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  return {
    median,
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median,
    rounds: rounds.length,
  };
}

/** Nanoseconds that `work` takes. */
export function timeNs(work: () => void): number {
  const start = hrtime.bigint();
  work();
  return Number(hrtime.bigint() - start);
}

export interface Candidate {
  readonly name: string;
  /** One measurement, in the unit of the figure. */
  readonly measure: () => number;
}

/** Measures every candidate once a round, the order turning from round to round. One round to warm up is dropped. */
export function interleave(candidates: readonly Candidate[], rounds: number): ReadonlyMap<string, Figure> {
  const taken = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const candidate = candidates[(turn + Math.max(round, 0)) % candidates.length];
      const value = candidate?.measure() ?? Number.NaN;
      if (round >= 0 && candidate) taken.get(candidate.name)?.push(value);
    }
  }
  return new Map([...taken].map(([name, values]) => [name, figureOf(values)]));
}

/** `median of 15 rounds, quartiles 2.1 % apart` */
export const spreadText = ({ spread, rounds }: Figure): string =>
  `median of ${rounds}, quartiles ${(spread * 100).toFixed(1)} % apart`;
