// How likely each candidate is to be the best by enough to matter: Thompson sampling (Thompson 1933) from widened
// beliefs, with what candidates share (the same choice at a node) drawn once for all of them.

import { normal, type Random } from '../random.ts';
import type { Candidate, Choice } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';

const DRAWS = 256;

/**
 * The share of draws that each candidate wins against `best`, by index; what is missing to 1 is the share in which
 * `best` itself, or nothing better by a worthwhile margin, came out.
 */
export function winShares(
  candidates: readonly Candidate[],
  best: Candidate,
  options: PolicyOptions,
  random: Random,
): readonly number[] {
  const limit = best.logNs + Math.log(options.maxSlowdown);
  const entries = candidates.map((candidate) => ({
    allowed: candidate === best || candidate.logNs <= limit,
    sd: options.inflation * Math.sqrt(candidate.variance),
    shared: Math.sqrt(candidate.nodeShare),
    alone: Math.sqrt(1 - candidate.nodeShare),
    weights: nodeWeights(candidate),
  }));
  const choices = [...new Set(candidates.flatMap((candidate) => candidate.choices))];
  const bestIndex = candidates.indexOf(best);
  const wins = candidates.map(() => 0);
  const nodeDraw = new Map<Choice, number>();
  for (let draw = 0; draw < DRAWS; draw += 1) {
    for (const choice of choices) nodeDraw.set(choice, normal(random));
    let winner = bestIndex;
    let lowest = Number.POSITIVE_INFINITY;
    let reference = best.logNs;
    for (const [index, candidate] of candidates.entries()) {
      const { allowed, sd, shared, alone, weights } = entries[index]!;
      if (!allowed) continue;
      let z = 0;
      for (const [position, choice] of candidate.choices.entries())
        z += weights[position]! * nodeDraw.get(choice)!;
      const drawn = candidate.logNs + sd * (shared * z + alone * normal(random));
      if (index === bestIndex) reference = drawn;
      if (drawn < lowest) {
        lowest = drawn;
        winner = index;
      }
    }
    if (winner !== bestIndex && reference - lowest > options.worthwhile) wins[winner]! += 1 / DRAWS;
  }
  return wins;
}

/** How much each node's doubt counts in the path's, as the coefficients of a unit vector. */
function nodeWeights(candidate: Candidate): readonly number[] {
  const parts = candidate.choices.map(
    ({ prediction }) => Math.exp(prediction.logNs) * Math.sqrt(prediction.variance),
  );
  const length = Math.hypot(...parts) || 1;
  return parts.map((part) => part / length);
}
