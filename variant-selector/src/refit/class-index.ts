// The device classes of a table of cells as numbers: every finest class and every cell around one has an index, and
// parents come before children. Grows; never renumbers.

import { cellsOf } from '../model/observation.ts';

export class ClassIndex {
  /** Names of the tree's cells, `*` first. */
  readonly cells: string[] = [];
  /** By cell: its parent's index, −1 for the root, and how deep it lies. */
  readonly parents: number[] = [];
  readonly depths: number[] = [];
  readonly #known = new Map<string, number>();

  /** The index of a class's own cell. */
  indexOf(deviceClass: string): number {
    const known = this.#known.get(deviceClass);
    if (known !== undefined) return known;
    let parent = -1;
    for (const [depth, name] of cellsOf(deviceClass).entries()) {
      let index = this.#known.get(name);
      if (index === undefined) {
        index = this.cells.length;
        this.cells.push(name);
        this.parents.push(parent);
        this.depths.push(depth);
        this.#known.set(name, index);
      }
      parent = index;
    }
    return parent;
  }
}
