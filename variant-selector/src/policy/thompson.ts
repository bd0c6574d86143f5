// How likely each candidate is to be the best by enough to matter: Thompson sampling (Thompson 1933) from widened
// beliefs, with what candidates share (the same choice at a node) drawn once for all of them.

import { normals, type Random } from '../random.ts';
import type { Candidate, Choice } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';

const DRAWS = 256;
/** Widened standard deviations, of both together, beyond which a candidate cannot be counted on to win one draw. */
const REACH = 3;

interface Rival {
  readonly index: number;
  readonly logNs: number;
  /** Places of its choices among all draws of choices, and how much each counts. */
  readonly places: Int32Array;
  readonly loadings: Float64Array;
  /** Standard deviation of what is its own. */
  readonly alone: number;
}

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
  const wins = candidates.map(() => 0);
  const places = new Map<Choice, number>();
  const limit = best.logNs + Math.log(options.maxSlowdown);
  const doubt = (candidate: Candidate): number => options.inflation * Math.sqrt(candidate.variance);
  const rivals: Rival[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const { logNs } = candidate;
    const canWin = logNs <= limit && logNs - best.logNs <= REACH * (doubt(candidate) + doubt(best));
    if (canWin || candidate === best) rivals.push(rivalOf(candidate, index, doubt(candidate), places));
  }
  if (rivals.length < 2) return wins;
  const next = normals(random);
  const shared = new Float64Array(places.size);
  const bestIndex = candidates.indexOf(best);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    for (let place = 0; place < shared.length; place += 1) shared[place] = next();
    let winner = bestIndex;
    let lowest = Number.POSITIVE_INFINITY;
    let reference = best.logNs;
    for (const rival of rivals) {
      let drawn = rival.logNs + rival.alone * next();
      for (let at = 0; at < rival.places.length; at += 1)
        drawn += rival.loadings[at]! * shared[rival.places[at]!]!;
      if (rival.index === bestIndex) reference = drawn;
      if (drawn < lowest) {
        lowest = drawn;
        winner = rival.index;
      }
    }
    if (winner !== bestIndex && reference - lowest > options.worthwhile) wins[winner]! += 1 / DRAWS;
  }
  return wins;
}

function rivalOf(candidate: Candidate, index: number, sd: number, places: Map<Choice, number>): Rival {
  const { choices, logNs, nodeShare } = candidate;
  const scale = sd * Math.sqrt(nodeShare);
  for (const choice of choices) if (!places.has(choice)) places.set(choice, places.size);
  return {
    index,
    logNs,
    places: Int32Array.from(choices, (choice) => places.get(choice)!),
    loadings: Float64Array.from(nodeWeights(candidate), (weight) => scale * weight),
    alone: sd * Math.sqrt(1 - nodeShare),
  };
}

/** How much each node's doubt counts in the path's, as the coefficients of a unit vector. */
function nodeWeights(candidate: Candidate): readonly number[] {
  const parts = candidate.choices.map(
    ({ prediction }) => Math.exp(prediction.logNs) * Math.sqrt(prediction.variance),
  );
  const length = Math.hypot(...parts) || 1;
  return parts.map((part) => part / length);
}
