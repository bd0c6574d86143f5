// The cells of one family (an operator for one specialization) in columns: one row a class, operator variant and size,
// aggregated over devices and sessions. Sorted so that the sizes of a class and operator variant lie together: a leaf.

export interface FamilyCells {
  readonly operator: string;
  readonly specialization: string;
  readonly operatorVariants: readonly string[];
  /** Of a size: the features, and their coordinates one after the other. */
  readonly sizes: readonly (readonly number[])[];
  readonly featureCount: number;
  readonly coordinates: Float64Array;
  /** By leaf: operator variant, class (index among all cells), and where its rows begin; one more entry ends the last. */
  readonly leafVariant: Uint16Array;
  readonly leafClass: Int32Array;
  readonly leafStart: Uint32Array;
  /** By row: size, log latency, its precision, samples. */
  readonly size: Uint16Array;
  readonly logNs: Float32Array;
  readonly precision: Float32Array;
  readonly samples: Uint32Array;
}

export interface CellRow {
  readonly operatorVariant: string;
  /** Index of the class among all cells. */
  readonly classIndex: number;
  readonly features: readonly number[];
  readonly logNs: number;
  readonly variance: number;
  readonly samples: number;
}

/** Columns from rows. */
export function familyCells(
  operator: string,
  specialization: string,
  rows: readonly CellRow[],
  coordinatesOf: (features: readonly number[]) => readonly number[],
): FamilyCells {
  const operatorVariants = [...new Set(rows.map((row) => row.operatorVariant))].sort();
  const variantIndex = new Map(operatorVariants.map((name, index) => [name, index]));
  const featureCount = Math.min(...rows.map((row) => row.features.length));
  const sizes: (readonly number[])[] = [];
  const sizeIndex = new Map<string, number>();
  const numbered = rows.map((row) => {
    const key = row.features.join();
    let size = sizeIndex.get(key);
    if (size === undefined) {
      size = sizes.length;
      sizes.push(row.features);
      sizeIndex.set(key, size);
    }
    return { row, size, variant: variantIndex.get(row.operatorVariant)! };
  });
  numbered.sort((a, b) => a.variant - b.variant || a.row.classIndex - b.row.classIndex || a.size - b.size);
  const leafVariant: number[] = [];
  const leafClass: number[] = [];
  const leafStart: number[] = [];
  for (const [index, { row, variant }] of numbered.entries()) {
    if (leafVariant.at(-1) === variant && leafClass.at(-1) === row.classIndex) continue;
    leafVariant.push(variant);
    leafClass.push(row.classIndex);
    leafStart.push(index);
  }
  leafStart.push(numbered.length);
  return {
    operator,
    specialization,
    operatorVariants,
    sizes,
    featureCount,
    coordinates: Float64Array.from(
      sizes.flatMap((features) => coordinatesOf(features.slice(0, featureCount))),
    ),
    leafVariant: Uint16Array.from(leafVariant),
    leafClass: Int32Array.from(leafClass),
    leafStart: Uint32Array.from(leafStart),
    size: Uint16Array.from(numbered, (each) => each.size),
    logNs: Float32Array.from(numbered, (each) => each.row.logNs),
    precision: Float32Array.from(numbered, (each) => 1 / each.row.variance),
    samples: Uint32Array.from(numbered, (each) => each.row.samples),
  };
}

/** Bytes that the columns take. */
export const bytesOf = (cells: FamilyCells): number =>
  cells.coordinates.byteLength +
  cells.leafVariant.byteLength +
  cells.leafClass.byteLength +
  cells.leafStart.byteLength +
  cells.size.byteLength +
  cells.logNs.byteLength +
  cells.precision.byteLength +
  cells.samples.byteLength;
