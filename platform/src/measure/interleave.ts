// Measures rivals side by side: in each round every rival runs once, in a new order, so that a machine that slows
// down slows all of them. Reports medians with quartiles, never means.

import type { Clock } from '../clock.ts';
import { seededRandom, shuffled } from './seeded-random.ts';

export interface Rival {
  readonly name: string;
  /** One call, synchronous. */
  readonly call: () => void;
}

export interface Measurement {
  readonly name: string;
  readonly medianNs: number;
  /** First and third quartile over the rounds. */
  readonly lowNs: number;
  readonly highNs: number;
  readonly rounds: number;
  readonly calls: number;
}

export interface InterleaveOptions {
  readonly clock: Clock;
  readonly rounds: number;
  /** A rival's turn in a round lasts at least this long, so that the clock's step does not matter. */
  readonly turnMs: number;
  readonly onRound?: (round: number) => void;
}

/** Runs all rivals in interleaved rounds. */
export function interleave(rivals: readonly Rival[], options: InterleaveOptions): readonly Measurement[] {
  const { clock } = options;
  const random = seededRandom(7);
  const turns = rivals.map((rival) => ({ rival, calls: calibrate(rival, options), samples: [] as number[] }));
  for (let round = 0; round < options.rounds; round++) {
    for (const turn of shuffled(turns, random)) {
      const startMs = clock.ticksMs();
      for (let call = 0; call < turn.calls; call++) turn.rival.call();
      turn.samples.push(((clock.ticksMs() - startMs) * 1e6) / turn.calls);
    }
    options.onRound?.(round + 1);
  }
  return turns.map(({ rival, calls, samples }) => {
    samples.sort((a, b) => a - b);
    return {
      name: rival.name,
      medianNs: quantile(samples, 0.5),
      lowNs: quantile(samples, 0.25),
      highNs: quantile(samples, 0.75),
      rounds: options.rounds,
      calls: calls * options.rounds,
    };
  });
}

/** Calls that fill a turn; they also warm the rival up. */
function calibrate(rival: Rival, { clock, turnMs }: InterleaveOptions): number {
  rival.call();
  for (let calls = 1; ; calls *= 2) {
    const startMs = clock.ticksMs();
    for (let call = 0; call < calls; call++) rival.call();
    const ms = clock.ticksMs() - startMs;
    if (ms >= turnMs || calls >= 2 ** 24)
      return Math.max(1, Math.ceil((calls * turnMs) / Math.max(ms, turnMs / 100)));
  }
}

/** Linear between the two nearest ranks. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at % 1) * ((sorted[Math.ceil(at)] ?? low) - low);
}

/** Spearman's rank correlation of two rankings of the same things; null below three. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  const count = a.length;
  if (count < 3) return null;
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const mean = (count - 1) / 2;
  let cross = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let at = 0; at < count; at++) {
    const [x, y] = [ranksA[at]! - mean, ranksB[at]! - mean];
    cross += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? null : cross / Math.sqrt(squaresA * squaresB);
}

/** Ranks from 0; ties share the middle one. */
function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((value, at) => ({ value, at })).sort((one, other) => one.value - other.value);
  const result = values.map(() => 0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && order[end + 1]!.value === order[start]!.value) end++;
    for (let at = start; at <= end; at++) result[order[at]!.at] = (start + end) / 2;
    start = end + 1;
  }
  return result;
}
