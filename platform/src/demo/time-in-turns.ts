// Times several programs fairly on a noisy machine: in every round each has one turn of a few calls, in a new order, as
// users' visits have them, and its figure of the round is their median, as telemetry's is. Knows nothing of what it times.

import { quantile } from '../measure/interleave.ts';
import { shuffled } from '../measure/seeded-random.ts';

export interface Contender {
  readonly id: string;
  /** Whether a turn may leave threads running. */
  readonly restless: boolean;
  /** Runs once and says how long it took, in ns. */
  readonly run: () => number;
}

/** Medians of one round, in ns, by the contenders' ids. */
export type Round = Readonly<Record<string, number>>;

export interface TurnLimits {
  readonly turnMs: number;
  /** Rounds go on until `budgetMs` is spent, but are no fewer than this. */
  readonly fewestRounds: number;
  readonly budgetMs: number;
}

export interface TurnPorts {
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Awaits what the last turn left running. */
  readonly rest: () => void;
}

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

/**
 * The first call of a turn does not count: it finds memory and caches as another program left them. Those who leave
 * threads running have their turns together, as all others would have to wait for them.
 */
export function timeInTurns(
  contenders: readonly Contender[],
  { turnMs, fewestRounds, budgetMs }: TurnLimits,
  { nowMs, random, rest }: TurnPorts,
): Round[] {
  const rounds: Round[] = [];
  let running = contenders.some(({ restless }) => restless);
  for (const endMs = nowMs() + budgetMs; rounds.length < fewestRounds || nowMs() < endMs; ) {
    const turns = inOrder(contenders, random).map(({ id, restless, run }) => {
      if (running && !restless) rest();
      running = restless;
      run();
      const samples: number[] = [];
      const turnEndMs = nowMs() + turnMs;
      do samples.push(run());
      while (nowMs() < turnEndMs);
      return [id, median(samples)] as const;
    });
    rounds.push(Object.fromEntries(turns));
  }
  return rounds;
}

/** A new order, with the restless together at one end of it. */
function inOrder(contenders: readonly Contender[], random: () => number): readonly Contender[] {
  const order = shuffled(contenders, random);
  const restless = order.filter((each) => each.restless);
  const calm = order.filter((each) => !each.restless);
  return random() < 0.5 ? [...restless, ...calm] : [...calm, ...restless];
}
