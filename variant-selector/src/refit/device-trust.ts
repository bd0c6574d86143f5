// Which devices are believed. A robust mean needs a majority in every cell, and cells that few devices have run have
// none to speak of when three in ten lie alike. But a device that lies does so where many others have run the same too:
// there it is outvoted, and then it has no say anywhere. (Truth discovery by the consensus of sources: Li et al., 2016.)
// A device that is throttled for good loses its vote by the same rule, which costs nothing: its class has others.

import { median } from 'simple-statistics';
import type { Observation } from '../model/observation.ts';

/** A cell has a consensus from this many devices on. */
const FEWEST_DEVICES = 9;
/** A device is outvoted in a cell when it is this many robust standard deviations from the others' median … */
const OUTVOTED = 3.5;
/** … where the scatter is taken to be at least this, in log space. */
const LEAST_SCALE = 0.1;
/** The consensus is found again without those that it outvoted. */
const ROUNDS = 3;
/** Nobody is silenced where this share of a class's devices would be: then it is not clear who is wrong. */
const MOST_SILENCED = 0.45;

/** Leaves out what devices say that are outvoted in at least half of the cells where a vote can be taken. */
export function believed(observations: readonly Observation[]): readonly Observation[] {
  const byClass = Map.groupBy(observations, (each) => each.deviceClass);
  const silenced = new Map<string, ReadonlySet<string>>();
  for (const [deviceClass, own] of byClass) {
    const outvoted = outvotedIn(own);
    if (outvoted.size > 0) silenced.set(deviceClass, outvoted);
  }
  if (silenced.size === 0) return observations;
  return observations.filter((each) => !silenced.get(each.deviceClass)?.has(each.device));
}

function outvotedIn(observations: readonly Observation[]): ReadonlySet<string> {
  const cells = [
    ...Map.groupBy(
      observations,
      (each) => `${each.operator}\n${each.specialization}\n${each.operatorVariant}\n${each.features.join()}`,
    ).values(),
  ].filter((cell) => cell.length >= FEWEST_DEVICES);
  const devices = new Set(cells.flatMap((cell) => cell.map((each) => each.device)));
  let outvoted = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const votes = new Map<string, { cells: number; lost: number }>();
    for (const cell of cells) {
      const voters = cell.filter((each) => !outvoted.has(each.device));
      if (voters.length < FEWEST_DEVICES / 2) continue;
      const level = median(voters.map((each) => each.logNs));
      const deviation = median(voters.map((each) => Math.abs(each.logNs - level)));
      const scale = Math.max(1.4826 * deviation, LEAST_SCALE);
      for (const { device, logNs } of cell) {
        const vote = votes.get(device) ?? { cells: 0, lost: 0 };
        votes.set(device, vote);
        vote.cells += 1;
        if (Math.abs(logNs - level) > OUTVOTED * scale) vote.lost += 1;
      }
    }
    const next = new Set([...votes].filter(([, { cells, lost }]) => 2 * lost >= cells).map(([name]) => name));
    if (next.size > MOST_SILENCED * devices.size) return outvoted;
    if (next.size === outvoted.size && next.isSubsetOf(outvoted)) break;
    outvoted = next;
  }
  return outvoted;
}
