// The best paths through a function on a class, found from its nodes: latency adds up along a path, so that the best
// choice at each node makes the best path, and the next best differ from it where that costs least. Never enumerates;
// a path need not be built to be named.

import type { ProgramNode } from '@everypath/schema';
import type { IsaRanks } from '../model/cold-prior.ts';
import type { Models } from '../model/fit.ts';
import { type NodePrediction, predictNode } from '../model/predict.ts';
import { nodeKey, sizesFor } from '../model/size-mix.ts';

export interface PathRequest {
  readonly tag: string;
  readonly nodes: readonly ProgramNode[];
  /** By node: the operator variants that may be chosen on the device. */
  readonly options: readonly (readonly string[])[];
  readonly deviceClass: string;
  /** Log factor from the sum of nodes to the whole call. */
  readonly correction?: number;
}

export interface RankedPath {
  readonly path: readonly string[];
  readonly predictedNs: number;
  /** Standard deviation of the prediction's logarithm. */
  readonly sd: number;
}

interface Option {
  readonly name: string;
  readonly ns: number;
  readonly prediction: NodePrediction;
}

/**
 * The `count` fastest paths, fastest first: a best-first walk in which each step makes one node's choice the next one
 * of its order (Lawler 1972). Empty when a node has no option.
 */
export function bestPaths(
  models: Models,
  ranks: IsaRanks,
  request: PathRequest,
  count: number,
): readonly RankedPath[] {
  const { nodes, options, tag, deviceClass, correction = 0 } = request;
  const orders = nodes.map((node, index): readonly Option[] => {
    const key = nodeKey(node.index, node.operator, node.specialization);
    const sizes = sizesFor(models.sizes, tag, key, deviceClass);
    return (options[index] ?? [])
      .map((name) => {
        const prediction = predictNode(models, ranks, node, name, deviceClass, sizes);
        return { name, ns: Math.exp(prediction.logNs), prediction };
      })
      .sort((a, b) => a.ns - b.ns || (a.name < b.name ? -1 : 1));
  });
  if (orders.some((order) => order.length === 0)) return [];
  const nsOf = (ranksOf: readonly number[]): number =>
    ranksOf.reduce((sum, rank, node) => sum + orders[node]![rank]!.ns, 0);
  const first = nodes.map(() => 0);
  // Each path is reached from one other only: by raising the last raised node, or one after it.
  const open = [{ ranks: first, from: 0, ns: nsOf(first) }];
  const found: RankedPath[] = [];
  while (open.length > 0 && found.length < count) {
    let at = 0;
    for (let index = 1; index < open.length; index += 1) if (open[index]!.ns < open[at]!.ns) at = index;
    const [next] = open.splice(at, 1);
    found.push(describe(next!.ranks, orders, next!.ns, correction));
    for (let node = next!.from; node < nodes.length; node += 1) {
      const raised = next!.ranks.with(node, next!.ranks[node]! + 1);
      if (raised[node]! < orders[node]!.length) open.push({ ranks: raised, from: node, ns: nsOf(raised) });
    }
  }
  return found;
}

function describe(
  ranksOf: readonly number[],
  orders: readonly (readonly Option[])[],
  sumNs: number,
  correction: number,
): RankedPath {
  const chosen = ranksOf.map((rank, node) => orders[node]![rank]!);
  const varianceNs = chosen.reduce((sum, { ns, prediction }) => sum + ns ** 2 * prediction.variance, 0);
  return {
    path: chosen.map(({ name }) => name),
    predictedNs: sumNs * Math.exp(correction),
    sd: sumNs === 0 ? 0 : Math.sqrt(varianceNs) / sumNs,
  };
}
