// Holds the samples and fits the models to them, again and again: takes up what changed, and fits only what that
// touches. Up to some thousand observations everything is fitted exactly; beyond, classes are condensed into cells and
// families are fitted from these, each only when something of it changed. Runs in a thread of its own.

import { type CallCells, gatherCalls } from '../model/call-cells.ts';
import type { IsaRanks } from '../model/cold-prior.ts';
import { type FamilyModel, NOTHING } from '../model/family.ts';
import { fitModels, type Models } from '../model/fit.ts';
import { familyKey, type Observation, type SizeObservation } from '../model/observation.ts';
import type { Samples } from '../model/sample-store.ts';
import { mixSizes } from '../model/size-mix.ts';
import { sizeCoordinates } from '../model/size-model.ts';
import { STARTING_VARIANCES } from '../model/variances.ts';
import { CellFits } from './cell-fits.ts';
import { type CondensedClass, condenseClass } from './condense-class.ts';
import { believed } from './device-trust.ts';
import { type Change, forgetBeforeChanges } from './drift.ts';
import { familyCells } from './family-cells.ts';
import { toFamilyModel } from './family-model.ts';

export interface FitReport {
  /** Whether the samples differ from those of the last fit; if not, there are no models. */
  readonly changed: boolean;
  readonly models: Models | null;
  /** exact: everything from every observation; cells: from condensed classes; increment: what changed of these. */
  readonly how: 'none' | 'exact' | 'cells' | 'increment';
  readonly families: number;
  /** Operator variants that were noticed to have changed, with what is forgotten. */
  readonly changes: readonly Change[];
  /** When the newest sample was received, ms since 1970; null when none tells. */
  readonly newestMs: number | null;
}

export interface RefitEngineOptions {
  /** Observations up to which all of them are fitted at once. */
  readonly exactUpTo: number;
}

/** 20,000 observations take the exact fit about two seconds; beyond, it is the fleet that pays for the wait. */
export const DEFAULT_REFIT: RefitEngineOptions = { exactUpTo: 20_000 };

/** Fresh variances once the data has grown by this much. */
const GROWTH = 1.5;

export class RefitEngine {
  readonly #options: RefitEngineOptions;
  readonly #observations = new Map<string, readonly Observation[]>();
  readonly #sizes = new Map<string, readonly SizeObservation[]>();
  readonly #condensed = new Map<string, CondensedClass>();
  #touched = new Set<string>();
  #families: Record<string, FamilyModel> = {};
  #fits: CellFits | null = null;
  #fittedRows = 0;
  #fingerprint = '';
  #newestMs: number | null = null;

  constructor(options: RefitEngineOptions = DEFAULT_REFIT) {
    this.#options = options;
  }

  /** Replaces the groups that the samples have something of; all of them when `full`. */
  take(samples: Samples, full: boolean): void {
    if (full) {
      this.#observations.clear();
      this.#sizes.clear();
      this.#condensed.clear();
      this.#fits = null;
    }
    for (const [key, own] of Map.groupBy(samples.observations, groupKey)) {
      this.#observations.set(key, own);
      this.#touched.add(own[0]!.deviceClass);
    }
    for (const [key, own] of Map.groupBy(samples.sizes, sizeGroupKey)) this.#sizes.set(key, own);
    for (const { moments } of samples.observations)
      for (const [, , , atMs] of moments ?? [])
        if (atMs !== undefined) this.#newestMs = Math.max(atMs, this.#newestMs ?? atMs);
  }

  /** Fits to what was taken. */
  fit(ranks: IsaRanks): FitReport {
    const all = [...this.#observations.values()].flat();
    const sizes = [...this.#sizes.values()].flat();
    const fingerprint = fingerprintOf(all, sizes);
    const newestMs = this.#newestMs;
    if (fingerprint === this.#fingerprint)
      return { changed: false, models: null, how: 'none', families: 0, changes: [], newestMs };
    this.#fingerprint = fingerprint;
    if (all.length <= this.#options.exactUpTo) {
      const { observations, changes } = forgetBeforeChanges(all);
      const models = fitModels(believed(observations), sizes, ranks);
      this.#touched = new Set();
      const families = Object.keys(models.families).length;
      return { changed: true, models, how: 'exact', families, changes, newestMs };
    }
    return this.#fitCells(all, sizes, ranks);
  }

  #fitCells(all: readonly Observation[], sizes: readonly SizeObservation[], ranks: IsaRanks): FitReport {
    const fresh = this.#fits === null || all.length > GROWTH * this.#fittedRows;
    const byClass = Map.groupBy(all, (each) => each.deviceClass);
    const stale = fresh ? [...byClass.keys()] : [...this.#touched];
    const changes: Change[] = [];
    const families = new Set<string>();
    for (const deviceClass of stale) {
      const own = forgetBeforeChanges(byClass.get(deviceClass) ?? []);
      changes.push(...own.changes);
      const condensed = condenseClass(believed(own.observations), STARTING_VARIANCES);
      this.#condensed.set(deviceClass, condensed);
      for (const key of condensed.families.keys()) families.add(key);
    }
    this.#touched = new Set();
    const fits = fresh || this.#fits === null ? new CellFits(ranks) : this.#fits;
    this.#fits = fits;
    for (const key of families) fits.load(this.#columns(fits, key));
    if (fresh) {
      this.#fittedRows = all.length;
      this.#families = {};
      fits.fitAll();
    } else fits.fitFamilies(families);
    for (const key of families) this.#families[key] = this.#model(fits, key);
    const calls: CallCells = gatherCalls(
      [...this.#condensed.values()].flatMap((condensed) => condensed.calls),
      fits.variances,
    );
    const models: Models = {
      version: 3,
      families: { ...this.#families },
      calls,
      sizes: mixSizes(sizes),
      variances: fits.variances,
      foresight: fits.foresight,
      observations: all.length,
      samples: all.reduce((sum, each) => sum + each.samples, 0),
    };
    return {
      changed: true,
      models,
      how: fresh ? 'cells' : 'increment',
      families: families.size,
      changes,
      newestMs: this.#newestMs,
    };
  }

  #columns(fits: CellFits, key: string) {
    const [operator = '', specialization = ''] = key.split('\n');
    const rows = [...this.#condensed].flatMap(([deviceClass, condensed]) =>
      (condensed.families.get(key)?.cells ?? []).map((cell) => ({
        ...cell,
        classIndex: fits.index.indexOf(deviceClass),
      })),
    );
    return familyCells(operator, specialization, rows, sizeCoordinates);
  }

  #model(fits: CellFits, key: string): FamilyModel {
    return toFamilyModel(fits.fit(key)!, fits.index, fits.variances, (operatorVariant, deviceClass) => {
      const found = this.#condensed.get(deviceClass)?.families.get(key)?.evidence.get(operatorVariant);
      return found ?? NOTHING;
    });
  }
}

/** Whether the models are numbers: one that is not would make every comparison fail, and any variant best. */
export function areSound(models: Models): boolean {
  const { variances, families } = models;
  const numbers = [
    variances.session,
    variances.device,
    variances.call,
    ...variances.base,
    ...variances.contrast,
  ];
  if (!numbers.every(Number.isFinite)) return false;
  for (const family of Object.values(families))
    for (const tree of [family.base, ...Object.values(family.variants).map(({ contrast }) => contrast)])
      for (const cell in tree)
        if (!Number.isFinite(tree[cell]!.mean) || !(tree[cell]!.variance > 0)) return false;
  return true;
}

const sizeGroupKey = (each: SizeObservation): string =>
  [each.deviceClass, each.operator, each.specialization, each.tag, each.node].join('\n');

const groupKey = (each: Observation): string =>
  `${each.deviceClass}\n${familyKey(each.operator, each.specialization)}\n${each.operatorVariant}`;

/** Tells one set of samples from another: counts, and a sum that any new figure moves. */
function fingerprintOf(observations: readonly Observation[], sizes: readonly SizeObservation[]): string {
  let samples = 0;
  let sum = 0;
  for (const each of observations) {
    samples += each.samples;
    sum += each.logNs * each.samples;
  }
  return `${observations.length} ${sizes.length} ${samples} ${sum.toFixed(6)}`;
}
