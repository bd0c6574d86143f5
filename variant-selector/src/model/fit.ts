// Fits all models to the samples: each family by itself, then the variances that they share, then once more with
// those. The result is plain data that can be stored and read back.

import { WHOLE_CALL_OPERATOR } from '@everypath/schema';
import { type CallCells, gatherCalls } from './call-cells.ts';
import type { Surprise } from './class-tree.ts';
import { coldPrior, type IsaRanks } from './cold-prior.ts';
import { type FamilyModel, fitFamily } from './family.ts';
import type { Foresight } from './foresight.ts';
import { learnForesight } from './learn-foresight.ts';
import { familyKey, type Observation, type SizeObservation } from './observation.ts';
import { withoutSessionEffects } from './session-effects.ts';
import { mixSizes, type SizeMixes } from './size-mix.ts';
import { estimateEdges, estimateSessionVariance, STARTING_VARIANCES, type Variances } from './variances.ts';

/** Everything that was learned. Plain data: survives JSON. */
export interface Models {
  readonly version: 3;
  readonly families: Readonly<Record<string, FamilyModel>>;
  readonly calls: CallCells;
  readonly sizes: SizeMixes;
  readonly variances: Variances;
  /** Null where nothing foresees a class better than the tree of classes. */
  readonly foresight: Foresight | null;
  /** Observations and samples that went in. */
  readonly observations: number;
  readonly samples: number;
}

export const emptyModels: Models = {
  version: 3,
  families: {},
  calls: {},
  sizes: {},
  variances: STARTING_VARIANCES,
  foresight: null,
  observations: 0,
  samples: 0,
};

const DEVICE_PRIOR_COUNT = 20;

/** Fits models; `ranks` informs the cold prior. Deterministic: the same observations give the same models. */
export function fitModels(
  measured: readonly Observation[],
  sizes: readonly SizeObservation[],
  ranks: IsaRanks,
): Models {
  const observations = withoutSessionEffects(measured);
  const nodes = observations.filter((each) => each.operator !== WHOLE_CALL_OPERATOR);
  const families = [...Map.groupBy(nodes, (each) => familyKey(each.operator, each.specialization))];
  const noise: Variances = { ...STARTING_VARIANCES, session: estimateSessionVariance(nodes) };
  const fitAll = (variances: Variances) =>
    families.map(([key, own]) => ({
      key,
      ...fitFamily(own, (name) => coldPrior(own[0]!.operator, name, ranks), variances),
    }));

  const rough = fitAll(noise);
  const collect = (pick: (fit: (typeof rough)[number]) => readonly Surprise[]): readonly Surprise[] =>
    rough.flatMap(pick);
  const squares = rough.flatMap((fit) => fit.deviceSquares);
  const variances: Variances = {
    ...noise,
    device: Math.max(
      (DEVICE_PRIOR_COUNT * STARTING_VARIANCES.device + squares.reduce((sum, each) => sum + each, 0)) /
        (DEVICE_PRIOR_COUNT + squares.length),
      STARTING_VARIANCES.device / 4,
    ),
    base: estimateEdges(
      collect((fit) => fit.baseSurprises),
      STARTING_VARIANCES.base,
    ),
    contrast: estimateEdges(
      collect((fit) => fit.contrastSurprises),
      STARTING_VARIANCES.contrast,
    ),
  };
  const fitted = fitAll(variances);
  return {
    version: 3,
    families: Object.fromEntries(fitted.map((fit) => [fit.key, fit.model])),
    calls: gatherCalls(
      observations.filter((each) => each.operator === WHOLE_CALL_OPERATOR),
      variances,
    ),
    sizes: mixSizes(sizes),
    variances,
    foresight: learnForesight(
      fitted.map((fit) => fit.model),
      variances,
    ),
    observations: observations.length,
    samples: observations.reduce((sum, each) => sum + each.samples, 0),
  };
}
