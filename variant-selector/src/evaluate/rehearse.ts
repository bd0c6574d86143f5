// How wide intervals must be after so many probes: the product's policy is rehearsed on devices that the prior left out
// in turn, and what its errors were there, in standard deviations, is what they are taken to be on a new device
// (conformal prediction, Vovk et al. 2005, on simulated play). A Gaussian's own quantiles fall short: the variant that
// looks fastest was chosen for looking so.

import { differenceVariance, fastest } from '../model/belief.ts';
import type { Prior } from '../model/prior/prior.ts';
import type { Random } from '../random.ts';
import { playProduct } from './contestants.ts';
import { type Noise, noiseStream } from './noise.ts';

/** Half-width of an interval that holds this share of the truths, in standard deviations. */
export type Reach = (share: number) => number;

/** Rehearses; the result is by the place of a budget in `probes`. */
export function rehearse(
  prior: Prior,
  probes: readonly number[],
  noise: Noise,
  variance: number,
  random: Random,
): readonly Reach[] {
  const scores: number[][] = probes.map(() => []);
  for (const { expected, truth } of prior.rehearsals) {
    const player = playProduct({ count: truth.length, prior: expected, noise: variance });
    const departure = noiseStream(noise, random);
    let done = 0;
    for (const [at, count] of probes.entries()) {
      for (; done < count; done += 1) {
        const variant = player.probe();
        player.observe(variant, truth[variant]! + departure());
      }
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
