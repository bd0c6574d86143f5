// Which sizes a function's nodes are called with, by class: what a prediction is for. Every device counts the same,
// however often it calls.

import { cellsOf, type SizeObservation } from './observation.ts';

export interface SizeShare {
  readonly features: readonly number[];
  readonly share: number;
}

/** Tag → node (with its family) → cell → the sizes seen most. */
export type SizeMixes = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly SizeShare[]>>>>>
>;

const MOST = 8;

/** Nodes are renumbered when a function is published anew: the family keeps old sizes apart from new ones. */
export const nodeKey = (node: number, operator: string, specialization: string): string =>
  `${node}\n${operator}\n${specialization}`;

export function mixSizes(observations: readonly SizeObservation[]): SizeMixes {
  const mixes: Record<string, Record<string, Record<string, readonly SizeShare[]>>> = {};
  const groups = Map.groupBy(
    observations,
    (each) => `${each.tag}\n${nodeKey(each.node, each.operator, each.specialization)}`,
  );
  for (const group of groups.values()) {
    const { tag, node, operator, specialization } = group[0]!;
    const cells = new Map<string, SizeObservation[]>();
    for (const each of group) {
      for (const cell of cellsOf(each.deviceClass)) {
        const held = cells.get(cell);
        if (held === undefined) cells.set(cell, [each]);
        else held.push(each);
      }
    }
    mixes[tag] ??= {};
    mixes[tag][nodeKey(node, operator, specialization)] = Object.fromEntries(
      [...cells].map(([cell, own]) => [cell, topSizes(own)]),
    );
  }
  return mixes;
}

function topSizes(observations: readonly SizeObservation[]): readonly SizeShare[] {
  const shares = new Map<string, { readonly features: readonly number[]; share: number }>();
  const perDevice = Map.groupBy(observations, (each) => `${each.deviceClass}\n${each.device}`);
  for (const own of perDevice.values()) {
    const total = own.reduce((sum, each) => sum + each.samples, 0);
    for (const each of own) {
      const key = each.features.join(',');
      const held = shares.get(key) ?? { features: each.features, share: 0 };
      held.share += each.samples / total / perDevice.size;
      shares.set(key, held);
    }
  }
  const top = [...shares.values()].sort((a, b) => b.share - a.share).slice(0, MOST);
  const kept = top.reduce((sum, each) => sum + each.share, 0);
  return top.map((each) => ({ features: each.features, share: each.share / kept }));
}

/** The sizes seen in the class, or in the nearest cell around it that saw any; null when nobody called yet. */
export function sizesFor(
  mixes: SizeMixes,
  tag: string,
  node: string,
  deviceClass: string,
): readonly SizeShare[] | null {
  const cells = mixes[tag]?.[node];
  if (cells === undefined) return null;
  const around = cellsOf(deviceClass);
  for (let depth = around.length - 1; depth >= 0; depth -= 1) {
    const found = cells[around[depth]!];
    if (found !== undefined) return found;
  }
  return null;
}
