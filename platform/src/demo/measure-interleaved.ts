// Times several programs fairly on a noisy machine: every round runs each once, in a new order, and a program's
// figure is a low quantile over the rounds. Knows nothing of what it times.

import { quantile } from '../measure/interleave.ts';
import { shuffled } from '../measure/seeded-random.ts';

export interface Contender {
  readonly id: string;
  /** Runs once and says how long it took, in ns. */
  readonly run: () => number;
}

export interface MeasuredContender {
  readonly id: string;
  readonly ns: number;
}

const ascending = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

export const median = (values: readonly number[]): number => quantile(ascending(values), 0.5);

/** Below the calls that the system interrupted, above the luckiest. */
const QUANTILE = 0.2;

/** Rounds end early, but not before `fewestRounds`, when `budgetMs` is spent. */
export function measureInterleaved(
  contenders: readonly Contender[],
  limits: { readonly rounds: number; readonly fewestRounds: number; readonly budgetMs: number },
  ports: { readonly nowMs: () => number; readonly random: () => number },
): MeasuredContender[] {
  const samples = new Map<string, number[]>(contenders.map((contender) => [contender.id, []]));
  const endMs = ports.nowMs() + limits.budgetMs;
  for (let round = 0; round < limits.rounds; round++) {
    if (round >= limits.fewestRounds && ports.nowMs() > endMs) break;
    for (const contender of shuffled(contenders, ports.random))
      samples.get(contender.id)?.push(contender.run());
  }
  return [...samples].map(([id, values]) => ({ id, ns: quantile(ascending(values), QUANTILE) }));
}
