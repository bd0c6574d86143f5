// A scenario of change: halfway through, in the largest classes, a part of the champion becomes slower, as a driver or
// a compiler of shaders may make it. What is asked: how many fetches until it is noticed, and until it is made up for.

import type { DetectedChange } from './simulate.ts';
import { createWorld, type Drift, type World, type WorldOptions } from './world.ts';

/** How many classes change, and by what. */
const CLASSES = 4;
const FACTOR = 1.8;

/** The changes of a world: its champions' dearest nodes in the largest classes. */
export function driftsOf(options: WorldOptions, atMs: number): readonly Drift[] {
  const world = createWorld(options);
  return world.classes.slice(0, CLASSES).map(({ index }) => {
    const { variant } = world.champion(index, atMs);
    let node = 0;
    for (const [at, name] of variant.path.entries())
      if (world.nodeNs(index, at, name, atMs) > world.nodeNs(index, node, variant.path[node]!, atMs))
        node = at;
    return { atMs, classIndex: index, node, operatorVariant: variant.path[node]!, factor: FACTOR };
  });
}

export interface DriftFinding {
  readonly deviceClass: string;
  readonly operatorVariant: string;
  readonly factor: number;
  /** Fetches of the class, and hours, from the change until it was noticed; null: never. */
  readonly fetchesToNotice: number | null;
  readonly hoursToNotice: number | null;
  /** Fetches of the class until those that did not explore were within 2 % of the new oracle, and stayed so. */
  readonly fetchesToRecover: number | null;
}

/** One fetch, as far as recovery is concerned. */
export interface ServedFetch {
  readonly classIndex: number;
  readonly atMs: number;
  readonly slowdown: number;
  readonly explored: boolean;
}

/** What became of each change. */
export function driftFindings(
  world: World,
  drifts: readonly Drift[],
  served: readonly ServedFetch[],
  detected: readonly DetectedChange[],
): readonly DriftFinding[] {
  return drifts.map((drift) => {
    const { name } = world.classes[drift.classIndex]!;
    const since = served.filter((each) => each.classIndex === drift.classIndex && each.atMs >= drift.atMs);
    const noticed = detected.find(
      (each) => each.what === `${name} ${drift.operatorVariant}` && each.atMs >= drift.atMs,
    );
    const calm = since.map((each, index) => ({ ...each, index })).filter((each) => !each.explored);
    const late = calm.findLast((each) => each.slowdown > 1.02);
    const recovered = late === undefined ? 0 : late.index + 1;
    return {
      deviceClass: name,
      operatorVariant: drift.operatorVariant,
      factor: drift.factor,
      fetchesToNotice:
        noticed === undefined ? null : since.filter((each) => each.atMs <= noticed.atMs).length,
      hoursToNotice: noticed === undefined ? null : (noticed.atMs - drift.atMs) / 3_600_000,
      fetchesToRecover: recovered >= since.length ? null : recovered,
    };
  });
}
