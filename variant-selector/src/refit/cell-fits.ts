// All families of one thread: fitted together, and again where cells change. Variances are learned from a sample of
// families first, then each family is fitted once with them.

import type { Surprise } from '../model/class-tree.ts';
import { coldPrior, type IsaRanks } from '../model/cold-prior.ts';
import { NOTHING } from '../model/family.ts';
import type { Foresight } from '../model/foresight.ts';
import { learnForesight } from '../model/learn-foresight.ts';
import { familyKey } from '../model/observation.ts';
import { estimateEdges, STARTING_VARIANCES, type Variances } from '../model/variances.ts';
import { ClassIndex } from './class-index.ts';
import { bytesOf, type FamilyCells } from './family-cells.ts';
import { type FamilyFit, fitFamilyCells, refitLeaves } from './family-fit.ts';
import { toFamilyModel } from './family-model.ts';

/** Cells whose family has a say in the variances: enough to know them to a percent. */
const SAMPLE = 200_000;
/** Cells whose family has a say in foresight, which asks for them as objects: a hundred times the memory. */
const FORESIGHT_SAMPLE = 40_000;

/** Rows of one family that have new figures. */
export interface CellChange {
  readonly key: string;
  readonly rows: Uint32Array;
  readonly logNs: Float32Array;
  readonly precision: Float32Array;
}

export class CellFits {
  readonly index = new ClassIndex();
  readonly #cells = new Map<string, FamilyCells>();
  readonly #fits = new Map<string, FamilyFit>();
  readonly #ranks: IsaRanks;
  #variances: Variances = STARTING_VARIANCES;
  #foresight: Foresight | null = null;

  constructor(ranks: IsaRanks) {
    this.#ranks = ranks;
  }

  get variances(): Variances {
    return this.#variances;
  }

  /** How classes are foreseen, by what the last whole fit bore out. */
  get foresight(): Foresight | null {
    return this.#foresight;
  }

  /** Takes a family's cells; replaces those it had. */
  load(cells: FamilyCells): void {
    this.#cells.set(familyKey(cells.operator, cells.specialization), cells);
  }

  get rows(): number {
    return [...this.#cells.values()].reduce((sum, cells) => sum + cells.logNs.length, 0);
  }

  /** Bytes of the cells themselves. */
  get bytes(): number {
    return [...this.#cells.values()].reduce((sum, cells) => sum + bytesOf(cells), 0);
  }

  /** Fits everything anew. */
  fitAll(): void {
    const surprises = { base: [] as Surprise[], contrast: [] as Surprise[] };
    for (const key of this.#sample(SAMPLE)) {
      const cells = this.#cells.get(key)!;
      fitFamilyCells(cells, this.index, { ...this.#options(cells, STARTING_VARIANCES), surprises });
    }
    this.#variances = {
      ...STARTING_VARIANCES,
      base: estimateEdges(surprises.base, STARTING_VARIANCES.base),
      contrast: estimateEdges(surprises.contrast, STARTING_VARIANCES.contrast),
    };
    for (const [key, cells] of this.#cells)
      this.#fits.set(key, fitFamilyCells(cells, this.index, this.#options(cells, this.#variances)));
    this.#foresight = learnForesight(
      [...this.#sample(FORESIGHT_SAMPLE)].map((key) =>
        toFamilyModel(this.#fits.get(key)!, this.index, this.#variances, () => NOTHING),
      ),
      this.#variances,
    );
  }

  /** Families, one after the other, until they have this many cells. */
  *#sample(most: number): Iterable<string> {
    let sampled = 0;
    for (const [key, cells] of this.#cells) {
      if (sampled >= most) return;
      sampled += cells.logNs.length;
      yield key;
    }
  }

  /** Fits some families anew, with the variances of the last whole fit. */
  fitFamilies(keys: Iterable<string>): void {
    for (const key of keys) {
      const cells = this.#cells.get(key);
      if (cells !== undefined)
        this.#fits.set(key, fitFamilyCells(cells, this.index, this.#options(cells, this.#variances)));
    }
  }

  /** Takes up changed cells; families without any stay as they are. */
  change(changes: readonly CellChange[]): void {
    for (const { key, rows, logNs, precision } of changes) {
      const fit = this.#fits.get(key);
      if (fit === undefined) throw new Error('a change to a family that was never fitted');
      const { cells } = fit;
      const leaves = new Set<number>();
      for (let at = 0; at < rows.length; at += 1) {
        const row = rows[at]!;
        cells.logNs[row] = logNs[at]!;
        cells.precision[row] = precision[at]!;
        leaves.add(leafOf(cells, row));
      }
      refitLeaves(fit, leaves, this.#options(cells, this.#variances));
    }
  }

  /** The fit of a family, or undefined. */
  fit(key: string): FamilyFit | undefined {
    return this.#fits.get(key);
  }

  #options({ operator }: FamilyCells, variances: Variances) {
    return { variances, priorOf: (name: string) => coldPrior(operator, name, this.#ranks) };
  }
}

/** The leaf that a row belongs to: binary search over where leaves begin. */
function leafOf({ leafStart }: FamilyCells, row: number): number {
  let low = 0;
  let high = leafStart.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (leafStart[middle]! <= row) low = middle;
    else high = middle;
  }
  return low;
}
