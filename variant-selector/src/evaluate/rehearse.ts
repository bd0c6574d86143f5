// What the product's policy learns about itself on devices that the prior left out in turn, before it plays on a new one:
// how much exploring it may afford, and how wide its intervals must be after so many probes.

import { leadErrors } from '../model/belief.ts';
import type { Prior } from '../model/prior/prior.ts';
import { DEFAULT_PROBING } from '../policy/probe.ts';
import { keyedRandom } from '../random.ts';
import { type ClusteredMean, clusteredMean } from './clustered-mean.ts';
import { openCompany } from './company.ts';
import { type Exploring, playProduct } from './contestants.ts';
import { type Noise, noiseStream } from './noise.ts';

/** Half-width of an interval that holds this share of the truths, in standard deviations. */
export type Reach = (share: number) => number;

export interface Rehearsed {
  readonly probing: Exploring;
  /** By the place of a budget in the game's probes. */
  readonly reaches: readonly Reach[];
}

export interface RehearsalGame {
  /** Ascending. */
  readonly probes: readonly number[];
  readonly noise: Noise;
}

/**
 * The bound on harm: while a device explores, its mean latency over so many serves may be this many times the best
 * variant's, as a geometric mean over problems. What is worth learning differs from table to table, so that no fixed price
 * keeps to it; the price at which a probe is bought is the one that kept to it in rehearsals: on the mean, with something
 * to spare for what they do not foresee, and within a standard error of it, by how far devices disagree.
 */
const MOST_EXPLORATION = 1.3;
const MOST_REHEARSED = 1.27;
const EXPLORING_SERVES = 20;
/** From one that tries next to nothing to one that tries all that is not hopeless: 4 to 10,000 serves. */
const HORIZONS = Array.from({ length: 16 }, (_, step) => Math.round(4 * 2 ** (0.75 * step)));

/** `noise` is the variance that the policy takes one measurement to have; `key` determines every draw. */
export function rehearse(prior: Prior, game: RehearsalGame, noise: number, key: string): Rehearsed {
  const stage: Stage = { prior, departures: game.noise, noise, key };
  const probing = boundedProbing(stage);
  return { probing, reaches: learnReaches(game.probes, stage, probing) };
}

interface Stage {
  readonly prior: Prior;
  readonly departures: Noise;
  readonly noise: number;
  readonly key: string;
}

/** Plays the problems of one company round by round; every policy meets the same noise. */
function enact({ prior, departures, noise, key }: Stage, at: number, probing: Exploring) {
  const plays = prior.rehearsals[at]!.map(({ expected, truth, ...place }, own) => ({
    ...place,
    truth,
    best: Math.min(...truth),
    prior: expected,
    player: playProduct({ count: truth.length, prior: expected, noise, probing }),
    departure: noiseStream(departures, keyedRandom(`${key}\n${at}\n${own}`)),
    spent: 0,
  }));
  const hear = openCompany(plays, prior.shared, noise);
  let rounds = 0;
  return {
    plays,
    /** Serves each problem once. */
    serve(): void {
      for (const play of plays) {
        const variant = play.player.probe();
        play.player.observe(variant, play.truth[variant]! + play.departure());
        play.spent += Math.exp(play.truth[variant]! - play.best);
      }
      rounds += 1;
      hear(rounds);
    },
  };
}

/**
 * The longest horizon, so the most learning, whose exploring keeps to the bound; and an end to it where a problem has cost
 * more than any did in rehearsals, which foresaw nothing like it.
 */
function boundedProbing(stage: Stage): Exploring {
  if (stage.prior.rehearsals.length === 0) return endless(DEFAULT_PROBING.horizon);
  const costsAt = (step: number) => costsOf(stage, endless(HORIZONS[step]!));
  let low = 0;
  let high = HORIZONS.length - 1;
  let kept: ReturnType<typeof costsOf> | null = null;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const costs = costsAt(middle);
    if (keepsToBound(clusteredMean(costs))) {
      low = middle;
      kept = costs;
    } else high = middle - 1;
  }
  kept ??= costsAt(low);
  return { ...endless(HORIZONS[low]!), mostSpent: Math.max(...kept.map(({ spent }) => spent)) };
}

const endless = (horizon: number): Exploring => ({
  ...DEFAULT_PROBING,
  horizon,
  mostSpent: Number.POSITIVE_INFINITY,
});

/** One device alone shows nothing of how devices differ: then the mean decides. */
const keepsToBound = ({ mean, error }: ClusteredMean): boolean =>
  mean <= Math.log(MOST_REHEARSED) && !(mean + error > Math.log(MOST_EXPLORATION));

/**
 * Of each rehearsed problem, by device: logarithm of the serves' mean latency over the best variant's, and what they had
 * cost by all that the player knew.
 */
function costsOf(stage: Stage, probing: Exploring) {
  return [...stage.prior.rehearsals.keys()].flatMap((at) => {
    const { plays, serve } = enact(stage, at, probing);
    for (let served = 0; served < EXPLORING_SERVES; served += 1) serve();
    return plays.map(({ device, spent, player }) => ({
      cluster: device,
      value: Math.log(spent / EXPLORING_SERVES),
      spent: player.spent(),
    }));
  });
}

/**
 * What the errors were in rehearsals, in standard deviations, is what they are taken to be on a new device (conformal
 * prediction, Vovk et al. 2005, on simulated play). A Gaussian's own quantiles fall short: the variant that looks fastest
 * was chosen for looking so.
 */
function learnReaches(probes: readonly number[], stage: Stage, probing: Exploring): readonly Reach[] {
  const { prior } = stage;
  const scores: number[][] = probes.map(() => []);
  for (const rehearsal of prior.rehearsals.keys()) {
    const { plays, serve } = enact(stage, rehearsal, probing);
    let done = 0;
    for (const [at, count] of probes.entries()) {
      for (; done < count; done += 1) serve();
      for (const { truth, player } of plays)
        for (const error of leadErrors(player.belief(), truth)) scores[at]!.push(error);
    }
  }
  return scores.map((own, at) => {
    // Before the first probe the prior has tried more problems than are rehearsed.
    if (probes[at] === 0 || own.length === 0) return (share) => prior.reach(share);
    own.sort((a, b) => a - b);
    return (share) => own[Math.min(own.length - 1, Math.floor(prior.cautious(share) * own.length))]!;
  });
}
