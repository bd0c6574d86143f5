// What a class that nobody measured yet is served, judged on a table of measurements: each device is a class, some are left
// out in turn, the rest is fitted as a fleet's samples are, and the variant predicted fastest is held against the truth.

import { emptyModels, type Models } from '../model/fit.ts';
import { FORESEERS } from '../model/foresight.ts';
import type { Observation } from '../model/observation.ts';
import { predictNode } from '../model/predict.ts';
import { RefitEngine } from '../refit/refit-engine.ts';
import type { gatherCells } from './cells.ts';
import { splitByDevice } from './split.ts';
import type { Table } from './table.ts';

export interface UnseenFigures {
  /** Classes left out, and problems (an operator at a size on one of them) that were judged. */
  readonly classes: number;
  readonly problems: number;
  /** Geometric mean of the latency served over that of the fastest, before any sample of the class. */
  readonly regret: number;
  /** The same by the tree of classes alone. */
  readonly inheritedRegret: number;
  /** Mean trust over the folds, by who foresees. */
  readonly trust: Readonly<Record<string, number>>;
}

const MOST_PROBLEMS = 2000;
const CENTRE = 'table';

/** Leaves classes out of `table` as the evaluation of policies leaves out devices. */
export function leaveClassesOut(table: Table): UnseenFigures {
  const split = splitByDevice(table);
  const cells = split.test;
  const names = table.devices.map((name, device) => classOf(table, name, device));
  const keys = [...new Set(table.sizes.flatMap((size) => Object.keys(size)))].sort();
  const features = table.sizes.map((size) =>
    keys.map((key) => (typeof size[key] === 'number' ? size[key] : 0)),
  );
  const trust = FORESEERS.map(() => 0);
  let problems = 0;
  let served = 0;
  let inherited = 0;
  for (let index = 0; index < split.folds; index += 1) {
    const fold = split.fold(index);
    const out = new Set(fold.problems.map((problem) => cells.device[problem]!));
    const models = fit(cells, names, features, (device) => !out.has(device));
    for (const [at] of FORESEERS.entries())
      trust[at]! += (models.foresight?.mixture.trust[at] ?? (at === 0 ? 1 : 0)) / split.folds;
    const step = Math.max(1, fold.problems.length / Math.ceil(MOST_PROBLEMS / split.folds));
    for (let turn = 0; turn < fold.problems.length; turn += step) {
      const problem = fold.problems[Math.floor(turn)]!;
      const node = { operator: table.operators[cells.operator[problem]!]!, specialization: CENTRE };
      const sizes = [{ features: features[cells.size[problem]!]!, share: 1 }];
      const regret = (by: Models): number => {
        let chosen = Number.POSITIVE_INFINITY;
        let taken = 0;
        let best = Number.POSITIVE_INFINITY;
        for (let cell = cells.start[problem]!; cell < cells.start[problem + 1]!; cell += 1) {
          const name = table.variants[cells.variant[cell]!]!;
          const { logNs } = predictNode(by, new Map(), node, name, names[cells.device[problem]!]!, sizes);
          if (logNs < chosen) {
            chosen = logNs;
            taken = cells.truth[cell]!;
          }
          best = Math.min(best, cells.truth[cell]!);
        }
        return taken - best;
      };
      problems += 1;
      served += regret(models);
      inherited += regret({ ...models, foresight: null });
    }
  }
  return {
    classes: new Set(cells.device).size,
    problems,
    regret: Math.exp(served / problems),
    inheritedRegret: Math.exp(inherited / problems),
    trust: Object.fromEntries(FORESEERS.map((name, at) => [name, trust[at]!])),
  };
}

/** A class's path from what a table tells of a device: up to three words, the most common first, then its name. */
function classOf({ deviceFeatures }: Table, name: string, device: number): string {
  const words = [...new Set(deviceFeatures.flatMap((each) => Object.keys(each)))]
    .map((key) => ({
      key,
      kinds: new Set(deviceFeatures.map((each) => each[key])).size,
      word: deviceFeatures.some((each) => typeof each[key] === 'string'),
    }))
    .filter(({ word, kinds }) => word && kinds > 1 && kinds < deviceFeatures.length)
    .sort((a, b) => a.kinds - b.kinds)
    .slice(0, 3)
    .map(({ key }) => `${deviceFeatures[device]![key] ?? ''}` || 'unknown');
  while (words.length < 3) words.unshift('any');
  return [...words, name].map((part) => part.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')).join('/');
}

function fit(
  cells: ReturnType<typeof gatherCells>,
  names: readonly string[],
  features: readonly (readonly number[])[],
  keep: (device: number) => boolean,
): Models {
  const { table } = cells;
  const observations: Observation[] = [];
  for (let problem = 0; problem < cells.device.length; problem += 1) {
    const device = cells.device[problem]!;
    if (!keep(device)) continue;
    for (let cell = cells.start[problem]!; cell < cells.start[problem + 1]!; cell += 1)
      observations.push({
        deviceClass: names[device]!,
        operator: table.operators[cells.operator[problem]!]!,
        specialization: CENTRE,
        operatorVariant: table.variants[cells.variant[cell]!]!,
        features: features[cells.size[problem]!]!,
        device: names[device]!,
        logNs: cells.truth[cell]! + Math.log(1000),
        samples: 32 * cells.rows[cell]!,
        sessions: cells.rows[cell]!,
        sessionVariance: 0,
      });
  }
  const engine = new RefitEngine();
  engine.take({ observations, sizes: [] }, true);
  return engine.fit(new Map()).models ?? emptyModels;
}
