// What the product's policy learns about itself on devices that the prior left out in turn, before it plays on a new one:
// how much exploring it may afford, and how wide its intervals must be after so many probes.

import { differenceVariance, fastest } from '../model/belief.ts';
import type { Prior, Rehearsal } from '../model/prior/prior.ts';
import { DEFAULT_PROBING, type ProbeOptions } from '../policy/probe.ts';
import { keyedRandom } from '../random.ts';
import { playProduct } from './contestants.ts';
import { type Noise, noiseStream } from './noise.ts';

/** Half-width of an interval that holds this share of the truths, in standard deviations. */
export type Reach = (share: number) => number;

export interface Rehearsed {
  readonly probing: ProbeOptions;
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
 * keeps to it; the price at which a probe is bought is the one that kept to it in rehearsals.
 */
const MOST_EXPLORATION = 1.27;
const EXPLORING_SERVES = 20;
/** From one that tries next to nothing to one that tries all that is not hopeless: 4 to 10,000 serves. */
const HORIZONS = Array.from({ length: 16 }, (_, step) => Math.round(4 * 2 ** (0.75 * step)));

/** `noise` is the variance that the policy takes one measurement to have; `key` determines every draw. */
export function rehearse(prior: Prior, game: RehearsalGame, noise: number, key: string): Rehearsed {
  const stage: Stage = { rehearsals: prior.rehearsals, departures: game.noise, noise, key };
  const probing = boundedProbing(stage);
  return { probing, reaches: learnReaches(prior, game.probes, stage, probing) };
}

interface Stage {
  readonly rehearsals: readonly Rehearsal[];
  readonly departures: Noise;
  readonly noise: number;
  readonly key: string;
}

/** Plays one rehearsal probe by probe; every policy meets the same noise. */
function enact({ rehearsals, departures, noise, key }: Stage, at: number, probing: ProbeOptions) {
  const { expected, truth } = rehearsals[at]!;
  const player = playProduct({ count: truth.length, prior: expected, noise, probing });
  const departure = noiseStream(departures, keyedRandom(`${key}\n${at}`));
  return {
    truth,
    player,
    /** Serves once, and returns which. */
    serve(): number {
      const variant = player.probe();
      player.observe(variant, truth[variant]! + departure());
      return variant;
    },
  };
}

/** The longest horizon, so the most learning, whose exploring keeps to the bound. */
function boundedProbing(stage: Stage): ProbeOptions {
  if (stage.rehearsals.length === 0) return DEFAULT_PROBING;
  let low = 0;
  let high = HORIZONS.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (explorationOf(stage, probingFor(HORIZONS[middle]!)) <= MOST_EXPLORATION) low = middle;
    else high = middle - 1;
  }
  return probingFor(HORIZONS[low]!);
}

const probingFor = (horizon: number): ProbeOptions => ({ ...DEFAULT_PROBING, horizon });

/** Mean latency of the serves over the best variant's; geometric mean over the rehearsals. */
function explorationOf(stage: Stage, probing: ProbeOptions): number {
  let sum = 0;
  for (const at of stage.rehearsals.keys()) {
    const { truth, serve } = enact(stage, at, probing);
    const best = Math.min(...truth);
    let spent = 0;
    for (let served = 0; served < EXPLORING_SERVES; served += 1) spent += Math.exp(truth[serve()]! - best);
    sum += Math.log(spent / EXPLORING_SERVES);
  }
  return Math.exp(sum / stage.rehearsals.length);
}

/**
 * What the errors were in rehearsals, in standard deviations, is what they are taken to be on a new device (conformal
 * prediction, Vovk et al. 2005, on simulated play). A Gaussian's own quantiles fall short: the variant that looks fastest
 * was chosen for looking so.
 */
function learnReaches(
  prior: Prior,
  probes: readonly number[],
  stage: Stage,
  probing: ProbeOptions,
): readonly Reach[] {
  const scores: number[][] = probes.map(() => []);
  for (const rehearsal of stage.rehearsals.keys()) {
    const { truth, player, serve } = enact(stage, rehearsal, probing);
    let done = 0;
    for (const [at, count] of probes.entries()) {
      for (; done < count; done += 1) serve();
      const belief = player.belief();
      const first = fastest(belief.mean);
      for (let v = 0; v < truth.length; v += 1) {
        if (v === first) continue;
        const error = truth[v]! - truth[first]! - (belief.mean[v]! - belief.mean[first]!);
        scores[at]!.push(Math.abs(error) / Math.sqrt(differenceVariance(belief, v, first)));
      }
    }
  }
  return scores.map((own, at) => {
    // Before the first probe the prior has tried more problems than are rehearsed.
    if (probes[at] === 0 || own.length === 0) return (share) => prior.reach(share);
    own.sort((a, b) => a - b);
    return (share) => own[Math.min(own.length - 1, Math.floor(prior.cautious(share) * own.length))]!;
  });
}
