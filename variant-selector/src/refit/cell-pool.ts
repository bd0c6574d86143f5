// Cell fits on several threads: each family belongs to one of them, so that fits run side by side and nothing is
// shared.

import { Worker } from 'node:worker_threads';
import type { CellChange } from './cell-fits.ts';
import type { CellReport, CellRequest } from './cell-worker.ts';
import type { FamilyCells } from './family-cells.ts';

export interface PoolReport {
  readonly rows: number;
  readonly cellBytes: number;
}

export class CellPool {
  readonly #workers: readonly Worker[];
  readonly #homes = new Map<string, number>();
  readonly #waiting: ((report: CellReport) => void)[][];
  #next = 0;

  constructor(threads: number) {
    this.#waiting = Array.from({ length: threads }, () => []);
    this.#workers = Array.from({ length: threads }, (_, home) => {
      const worker = new Worker(new URL('./cell-worker.ts', import.meta.url));
      worker.on('message', (report: CellReport) => this.#waiting[home]!.shift()?.(report));
      return worker;
    });
  }

  /** Names the classes, in the order in which cells number them. */
  async classes(names: readonly string[]): Promise<void> {
    await Promise.all(this.#workers.map((_, home) => this.#ask(home, { kind: 'classes', names })));
  }

  /** Hands a family to the thread whose turn it is; its columns are gone from this one. */
  async load(key: string, cells: FamilyCells): Promise<void> {
    const home = this.#homes.get(key) ?? this.#next++ % this.#workers.length;
    this.#homes.set(key, home);
    const columns = [
      cells.coordinates,
      cells.leafVariant,
      cells.leafClass,
      cells.leafStart,
      cells.size,
      cells.logNs,
      cells.precision,
      cells.samples,
    ];
    await this.#ask(
      home,
      { kind: 'load', cells },
      columns.map((column) => column.buffer as ArrayBuffer),
    );
  }

  fit(): Promise<PoolReport> {
    return this.#all(() => ({ kind: 'fit' }));
  }

  change(changes: readonly CellChange[]): Promise<PoolReport> {
    return this.#all((home) => ({
      kind: 'change',
      changes: changes.filter(({ key }) => this.#homes.get(key) === home),
    }));
  }

  async contrasts(key: string): Promise<Float32Array | undefined> {
    return (await this.#ask(this.#homes.get(key) ?? 0, { kind: 'contrasts', key })).contrasts;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #all(requestOf: (home: number) => CellRequest): Promise<PoolReport> {
    const reports = await Promise.all(this.#workers.map((_, home) => this.#ask(home, requestOf(home))));
    return {
      rows: reports.reduce((sum, report) => sum + report.rows, 0),
      cellBytes: reports.reduce((sum, report) => sum + report.cellBytes, 0),
    };
  }

  #ask(home: number, request: CellRequest, transfer: ArrayBuffer[] = []): Promise<CellReport> {
    return new Promise((resolve) => {
      this.#waiting[home]!.push(resolve);
      this.#workers[home]!.postMessage(request, transfer);
    });
  }
}
