// Times several programs fairly on a noisy machine: every round runs each once, in a new order, and a program's
// figure is a low quantile over the rounds. Knows nothing of what it times.

import { quantile } from '../measure/interleave.ts';

export interface Contender {
  readonly id: string;
  /** Runs once and says how long it took, in ns. */
  readonly run: () => number;
}

export interface MeasuredContender {
  readonly id: string;
  readonly ns: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Below the calls that the system interrupted, above the luckiest. */
const QUANTILE = 0.2;

/** Rounds end early, but not before `fewestRounds`, when `budgetMs` is spent. */
export function measureInterleaved(
  contenders: readonly Contender[],
  limits: { readonly rounds: number; readonly fewestRounds: number; readonly budgetMs: number },
  ports: { readonly nowMs: () => number; readonly random: () => number },
): MeasuredContender[] {
  const samples = new Map<string, number[]>(contenders.map((contender) => [contender.id, []]));
  const order = [...contenders];
  const endMs = ports.nowMs() + limits.budgetMs;
  for (let round = 0; round < limits.rounds; round++) {
    if (round >= limits.fewestRounds && ports.nowMs() > endMs) break;
    shuffle(order, ports.random);
    for (const contender of order) samples.get(contender.id)?.push(contender.run());
  }
  return [...samples].map(([id, values]) => ({ id, ns: quantile(values, QUANTILE) }));
}

function shuffle<T>(items: T[], random: () => number): void {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const kept = items[index] as T;
    items[index] = items[other] as T;
    items[other] = kept;
  }
}
