// What whole calls take beyond their nodes, told to a class by the classes around it: a factor on the sum of nodes,
// learned where calls were measured and handed down the tree of classes. A class's own calls then refine it.

import type { ProgramNode, Variant } from '@everypath/schema';
import { median } from 'simple-statistics';
import type { IsaRanks } from '../model/cold-prior.ts';
import type { Models } from '../model/fit.ts';
import { cellsOf } from '../model/observation.ts';
import { PerModels } from '../model/per-models.ts';
import { predictNode } from '../model/predict.ts';
import { nodeKey, sizesFor } from '../model/size-mix.ts';

/** How much longer calls are than the sum of their nodes, as a logarithm, and the cell that says so. */
export interface InheritedCalls {
  readonly factor: number;
  readonly fromClass: string;
  readonly sessions: number;
}

/** Each class asks once for each function. */
const known = new PerModels<ReadonlyMap<string, ClassFactor>>();

interface ClassFactor {
  readonly factor: number;
  readonly sessions: number;
}

/** What the nearest cell around `deviceClass` says, the class itself left out; null when none measured calls. */
export function inheritCalls(
  models: Models,
  ranks: IsaRanks,
  tag: string,
  nodes: readonly ProgramNode[],
  variants: readonly Variant[],
  deviceClass: string,
): InheritedCalls | null {
  const measured = models.calls[tag];
  if (measured === undefined) return null;
  // Variants of several targets take part over time; nodes are the function's.
  const key = `${tag}\n${deviceClass.split('/')[0]}`;
  const factors = known.of(models, key, () => learnFactors(models, ranks, tag, nodes, variants));
  const around = cellsOf(deviceClass);
  for (let depth = around.length - 2; depth >= 0; depth -= 1) {
    const cell = around[depth]!;
    const inside = [...factors].filter(
      ([name]) => name !== deviceClass && (depth === 0 || name.startsWith(`${cell}/`)),
    );
    if (inside.length === 0) continue;
    return {
      factor: median(inside.map(([, each]) => each.factor)),
      fromClass: cell,
      sessions: inside.reduce((sum, [, each]) => sum + each.sessions, 0),
    };
  }
  return null;
}

function learnFactors(
  models: Models,
  ranks: IsaRanks,
  tag: string,
  nodes: readonly ProgramNode[],
  variants: readonly Variant[],
): ReadonlyMap<string, ClassFactor> {
  const byId = new Map(variants.map((variant) => [variant.id, variant]));
  const factors = new Map<string, ClassFactor>();
  for (const [deviceClass, cells] of Object.entries(models.calls[tag] ?? {})) {
    const own: number[] = [];
    let sessions = 0;
    for (const [id, cell] of Object.entries(cells)) {
      const variant = byId.get(id);
      if (variant === undefined) continue;
      let sumNs = 0;
      for (const [index, name] of variant.path.entries()) {
        const node = nodes[index]!;
        const sizes = sizesFor(
          models.sizes,
          tag,
          nodeKey(node.index, node.operator, node.specialization),
          deviceClass,
        );
        sumNs += Math.exp(predictNode(models, ranks, node, name, deviceClass, sizes).logNs);
      }
      if (sumNs <= 0) continue;
      own.push(cell.mean - Math.log(sumNs));
      sessions += cell.sessions;
    }
    if (own.length > 0) factors.set(deviceClass, { factor: median(own), sessions });
  }
  return factors;
}
