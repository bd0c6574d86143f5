// What kinds of session there are, and which kind one is: calm; slowed by something else on the machine, which is
// always slower; or anything at all. How common and how scattered they are is learned from the sessions themselves.

import type { Estimate } from './robust.ts';

/** A kind of session: the effects that it may have, in log space. */
export interface Kind extends Estimate {
  /** Standard deviation between nodes as a share of the effect: memory is slowed otherwise than arithmetic. */
  readonly uneven: number;
}

export interface Mood {
  /** Calm, slowed, anything. */
  readonly kinds: readonly [Kind, Kind, Kind];
  /** How common each is. */
  readonly shares: readonly [number, number, number];
  /** Of calm sessions. */
  readonly variance: number;
}

/** What is believed of one session. */
export interface Effect {
  /** Probability of each kind. */
  readonly kinds: readonly [number, number, number];
  /** The effect if the session is calm. */
  readonly calm: Estimate;
}

const CALM_VARIANCE = 0.06 ** 2;
const LEAST_CALM = 0.02 ** 2;
const MOST_CALM = 0.12 ** 2;
/** Seen on shared machines: 1.3 to 2.2 times slower. */
const SLOWED: Kind = { mean: 0.45, variance: 0.25 ** 2, uneven: 0.15 };
/** What is neither is left to those who weigh devices against each other. */
const ANYTHING: Kind = { mean: 0, variance: 1.5 ** 2, uneven: 0 };
const SLOWED_SHARE = 0.05;
const ANYTHING_SHARE = 0.01;
/** Sessions that the beliefs above are worth. */
const PRIOR_COUNT = 10;
const MOST_SLOWED = 0.45;

const moodOf = (variance: number, slowed: number): Mood => ({
  kinds: [{ mean: 0, variance, uneven: 0 }, SLOWED, ANYTHING],
  shares: [1 - slowed - ANYTHING_SHARE, slowed, ANYTHING_SHARE],
  variance,
});

export const startingMood: Mood = moodOf(CALM_VARIANCE, SLOWED_SHARE);

/** What a session is like that seems slowed by `seen`. */
export function effectOf(seen: Estimate, mood: Mood): Effect {
  const logs = mood.kinds.map((kind, index) => {
    const variance = kind.variance + seen.variance;
    return (
      Math.log(mood.shares[index]! / Math.sqrt(variance)) - 0.5 * ((seen.mean - kind.mean) ** 2 / variance)
    );
  });
  // Against the likeliest, or a session far from all kinds would be of none.
  const most = Math.max(...logs);
  const odds = logs.map((log) => Math.exp(log - most));
  // Slowed means slower: the Gaussian's lower tail is no part of it (logistic approximation of the normal integral).
  odds[1]! *= 1 / (1 + Math.exp((-1.7 * seen.mean) / Math.sqrt(seen.variance)));
  const total = odds[0]! + odds[1]! + odds[2]!;
  const gain = mood.variance / (mood.variance + seen.variance);
  return {
    kinds: [odds[0]! / total, odds[1]! / total, odds[2]! / total],
    calm: { mean: gain * seen.mean, variance: mood.variance * (1 - gain) },
  };
}

/** How common slowness is, and how calm sessions scatter (empirical Bayes, a step of expectation-maximisation). */
export function updateMood(effects: readonly Effect[]): Mood {
  let slowed = PRIOR_COUNT * SLOWED_SHARE;
  let calm = PRIOR_COUNT;
  let squares = PRIOR_COUNT * CALM_VARIANCE;
  for (const effect of effects) {
    slowed += effect.kinds[1];
    calm += effect.kinds[0];
    squares += effect.kinds[0] * (effect.calm.mean ** 2 + effect.calm.variance);
  }
  return moodOf(
    Math.min(Math.max(squares / calm, LEAST_CALM), MOST_CALM),
    Math.min(slowed / (PRIOR_COUNT + effects.length), MOST_SLOWED),
  );
}
