// One thread of cell fits: loads families, fits them, takes up changes. Holds its part of the
// table; the thread that serves holds none of it.

import { parentPort } from 'node:worker_threads';
import { type CellChange, CellFits } from './cell-fits.ts';
import type { FamilyCells } from './family-cells.ts';

export type CellRequest =
  | { readonly kind: 'classes'; readonly names: readonly string[] }
  | { readonly kind: 'load'; readonly cells: FamilyCells }
  | { readonly kind: 'fit' }
  | { readonly kind: 'change'; readonly changes: readonly CellChange[] }
  /** The contrast of each leaf of a family, to look at. */
  | { readonly kind: 'contrasts'; readonly key: string };

export interface CellReport {
  readonly rows: number;
  readonly cellBytes: number;
  readonly contrasts?: Float32Array | undefined;
}

const fits = new CellFits(new Map());

parentPort?.on('message', (request: CellRequest) => {
  let contrasts: Float32Array | undefined;
  if (request.kind === 'classes') for (const name of request.names) fits.index.indexOf(name);
  else if (request.kind === 'load') fits.load(request.cells);
  else if (request.kind === 'fit') fits.fitAll();
  else if (request.kind === 'change') fits.change(request.changes);
  else contrasts = fits.fit(request.key)?.leafContrast;
  const report: CellReport = { rows: fits.rows, cellBytes: fits.bytes, contrasts };
  parentPort?.postMessage(report);
});
