// Predicts every candidate of a function on a class: node by node, summed along the path, corrected to whole calls.

import type { ProgramNode, Variant } from '@everypath/schema';
import type { IsaRanks } from '../model/cold-prior.ts';
import { type Correction, correctPaths, type PathSum } from '../model/correction.ts';
import type { Models } from '../model/fit.ts';
import { type NodePrediction, predictNode } from '../model/predict.ts';
import { nodeKey, sizesFor } from '../model/size-mix.ts';
import { inheritCalls } from './inherited-calls.ts';

/** One operator variant at one node. */
export interface Choice {
  readonly node: ProgramNode;
  readonly operatorVariant: string;
  readonly prediction: NodePrediction;
}

export interface Candidate {
  readonly variant: Variant;
  /** One per node; shared between candidates that choose the same. */
  readonly choices: readonly Choice[];
  /** Logarithm of the whole call's nanoseconds. */
  readonly logNs: number;
  readonly variance: number;
  /** Share of the variance that comes from the nodes, as opposed to this path alone. */
  readonly nodeShare: number;
  /** Whole calls of this variant that were measured in the class. */
  readonly calls: number;
}

export interface Evaluation {
  readonly candidates: readonly Candidate[];
  readonly choices: readonly Choice[];
  readonly correction: Correction;
  /** The cell whose calls stand in for the class's own; null where there are none, or its own count. */
  readonly inheritedFrom: string | null;
  /** Whether anything about this function was ever measured, anywhere. */
  readonly informed: boolean;
  /** Whether the figures are latencies, not only an order. */
  readonly known: boolean;
}

export function evaluate(
  models: Models,
  ranks: IsaRanks,
  tag: string,
  nodes: readonly ProgramNode[],
  variants: readonly Variant[],
  deviceClass: string,
): Evaluation {
  const known = new Map<string, Choice>();
  const choose = (index: number, operatorVariant: string): Choice => {
    const node = nodes[index]!;
    const key = `${index}\n${operatorVariant}`;
    const held = known.get(key);
    if (held !== undefined) return held;
    const sizes = sizesFor(
      models.sizes,
      tag,
      nodeKey(node.index, node.operator, node.specialization),
      deviceClass,
    );
    const prediction = predictNode(models, ranks, node, operatorVariant, deviceClass, sizes);
    const choice = { node, operatorVariant, prediction };
    known.set(key, choice);
    return choice;
  };
  const paths = variants.map((variant) => ({
    variant,
    choices: variant.path.map((name, index) => choose(index, name)),
  }));
  const sums = paths.map(({ variant, choices }) => sumOf(variant.id, choices));
  const cells = models.calls[tag]?.[deviceClass] ?? {};
  const inherited = inheritCalls(models, ranks, tag, nodes, variants, deviceClass);
  const corrected = correctPaths(sums, cells, models.variances, inherited);
  const candidates = paths.map(({ variant, choices }, index): Candidate => {
    const path = corrected.paths[index]!;
    return {
      variant,
      choices,
      logNs: path.mean,
      variance: path.variance,
      nodeShare: path.nodeShare,
      calls: path.calls,
    };
  });
  const choices = [...known.values()];
  return {
    candidates,
    choices,
    correction: corrected.correction,
    inheritedFrom: inherited?.fromClass ?? null,
    informed:
      corrected.correction.calls > 0 || choices.some((choice) => choice.prediction.fromClass !== null),
    known: corrected.correction.calls > 0 || choices.every((choice) => choice.prediction.known),
  };
}

/** Sum of independent log-normal latencies, its variance by the delta method. A function without nodes takes 1 ns. */
function sumOf(variant: string, choices: readonly Choice[]): PathSum {
  let sumNs = choices.length === 0 ? 1 : 0;
  let varianceNs = 0;
  for (const { prediction } of choices) {
    const ns = Math.exp(prediction.logNs);
    sumNs += ns;
    varianceNs += ns ** 2 * prediction.variance;
  }
  return { variant, mean: Math.log(sumNs), variance: varianceNs / sumNs ** 2 };
}
