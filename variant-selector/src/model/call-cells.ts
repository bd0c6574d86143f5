// What was measured of whole calls: for each function, class and variant, what its devices say together. How it
// corrects the sum of the nodes is `correction.ts`'s affair.

import type { Evidence } from './family.ts';
import type { Observation } from './observation.ts';
import { combine, robustLocation } from './robust.ts';
import { observationVariance, type Variances } from './variances.ts';

export interface CallCell extends Omit<Evidence, 'calmSessions' | 'hidden'> {
  /** Logarithm of nanoseconds. */
  readonly mean: number;
  readonly variance: number;
}

/** Tag → finest class → variant. */
export type CallCells = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, CallCell>>>>>
>;

/** Condenses the observations of whole calls. */
export function gatherCalls(observations: readonly Observation[], variances: Variances): CallCells {
  const cells: Record<string, Record<string, Record<string, CallCell>>> = {};
  const groups = Map.groupBy(
    observations,
    (each) => `${each.specialization}\n${each.deviceClass}\n${each.operatorVariant}`,
  );
  for (const group of groups.values()) {
    const { specialization: tag, deviceClass, operatorVariant: variant } = group[0]!;
    const perDevice = Map.groupBy(group, (each) => each.device);
    const devices = [...perDevice.values()].map((own) =>
      combine(own.map((each) => ({ mean: each.logNs, variance: observationVariance(each, variances) }))),
    );
    const together = robustLocation(
      devices.map((device) => ({ ...device, variance: device.variance + variances.device })),
    );
    cells[tag] ??= {};
    cells[tag][deviceClass] ??= {};
    cells[tag][deviceClass][variant] = {
      ...together,
      samples: group.reduce((sum, each) => sum + each.samples, 0),
      sessions: [...perDevice.values()].reduce(
        (sum, own) => sum + Math.max(...own.map((each) => each.sessions)),
        0,
      ),
      devices: perDevice.size,
    };
  }
  return cells;
}
