// One device class's observations as cells: the sessions' effects taken out, then for each operator variant and size
// what the class's devices say together. What the columns do not tell (devices, sessions) is kept beside them.

import { WHOLE_CALL_OPERATOR } from '@everypath/schema';
import type { Evidence } from '../model/family.ts';
import { familyKey, type Observation } from '../model/observation.ts';
import { robustLocation } from '../model/robust.ts';
import { withoutSessionEffects } from '../model/session-effects.ts';
import { observationVariance, type Variances } from '../model/variances.ts';

export interface CondensedCell {
  readonly operatorVariant: string;
  readonly features: readonly number[];
  readonly logNs: number;
  readonly variance: number;
  readonly samples: number;
}

export interface CondensedClass {
  /** By family: its cells, and by operator variant what they rest on. */
  readonly families: ReadonlyMap<
    string,
    { readonly cells: readonly CondensedCell[]; readonly evidence: ReadonlyMap<string, Evidence> }
  >;
  /** Whole calls, one for each device and variant. */
  readonly calls: readonly Observation[];
}

/** Condenses the observations of one class. */
export function condenseClass(measured: readonly Observation[], variances: Variances): CondensedClass {
  const observations = withoutSessionEffects(measured);
  const nodes = observations.filter((each) => each.operator !== WHOLE_CALL_OPERATOR);
  const families = new Map<
    string,
    { readonly cells: CondensedCell[]; readonly evidence: Map<string, Evidence> }
  >();
  for (const [key, own] of Map.groupBy(nodes, (each) => familyKey(each.operator, each.specialization))) {
    const cells: CondensedCell[] = [];
    const evidence = new Map<string, Evidence>();
    for (const [name, ofVariant] of Map.groupBy(own, (each) => each.operatorVariant)) {
      for (const same of Map.groupBy(ofVariant, (each) => each.features.join()).values()) {
        const { mean, variance } = robustLocation(
          same.map((each) => ({
            mean: each.logNs,
            variance: observationVariance(each, variances) + variances.device,
          })),
        );
        cells.push({
          operatorVariant: name,
          features: same[0]!.features,
          logNs: mean,
          variance,
          samples: same.reduce((sum, each) => sum + each.samples, 0),
        });
      }
      evidence.set(name, evidenceOf(ofVariant));
    }
    families.set(key, { cells, evidence });
  }
  return { families, calls: observations.filter((each) => each.operator === WHOLE_CALL_OPERATOR) };
}

/** Sizes of one session are one session. */
function evidenceOf(observations: readonly Observation[]): Evidence {
  const perDevice = Map.groupBy(observations, (each) => each.device);
  let sessions = 0;
  let calmSessions = 0;
  let hidden = 1;
  for (const own of perDevice.values()) {
    sessions += Math.max(...own.map((each) => each.sessions));
    calmSessions += Math.max(...own.map((each) => each.calmSessions ?? each.sessions));
    hidden *= Math.min(...own.map((each) => each.hidden ?? 0));
  }
  return {
    samples: observations.reduce((sum, each) => sum + each.samples, 0),
    sessions,
    calmSessions,
    hidden,
    devices: perDevice.size,
  };
}
