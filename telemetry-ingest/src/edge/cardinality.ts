// How many different things one device may speak of in a day: cells (node and size), and device classes. Counted in a
// table of fixed size, by hash: a device has a row of bits, a thing sets one. Two devices may share a row and two things
// a bit, so the bounds are soft; memory is not.

const ROW_BITS = 1024;
const CLASS_BITS = 64;
const WORDS = (ROW_BITS + CLASS_BITS) / 32;
const DAY_MS = 24 * 3_600_000;

export interface CardinalityLimits {
  /** Different (variant, node, size) of one device in a day. 0: no limit. */
  readonly cellsPerDevice: number;
  /** Different device classes that one device claims to be in a day. 0: no limit. */
  readonly classesPerDevice: number;
}

export class Cardinality {
  readonly #limits: CardinalityLimits;
  readonly #hash: (key: string, row: number) => number;
  readonly #rows: number;
  readonly #bits: Uint32Array;
  readonly #day: Float64Array;
  readonly #cells: Uint16Array;
  readonly #classes: Uint16Array;

  constructor(limits: CardinalityLimits, hash: (key: string, row: number) => number, rows = 1 << 16) {
    this.#limits = limits;
    this.#hash = hash;
    this.#rows = rows;
    this.#bits = new Uint32Array(rows * WORDS);
    this.#day = new Float64Array(rows);
    this.#cells = new Uint16Array(rows);
    this.#classes = new Uint16Array(rows);
  }

  /** Whether the device may claim to be of this class too. */
  allowsClass(device: string, deviceClass: string, nowMs: number): boolean {
    const row = this.#row(device, nowMs);
    const bit = ROW_BITS + (this.#hash(deviceClass, 3) % CLASS_BITS);
    return this.#allow(row, bit, this.#classes, this.#limits.classesPerDevice);
  }

  /** Whether the device may speak of this cell too. `cell` is any hash of it. */
  allowsCell(device: string, cell: number, nowMs: number): boolean {
    return this.#allow(this.#row(device, nowMs), cell % ROW_BITS, this.#cells, this.#limits.cellsPerDevice);
  }

  #row(device: string, nowMs: number): number {
    const row = this.#hash(device, 2) % this.#rows;
    const day = Math.floor(nowMs / DAY_MS);
    if (this.#day[row] !== day) {
      this.#day[row] = day;
      this.#bits.fill(0, row * WORDS, (row + 1) * WORDS);
      this.#cells[row] = 0;
      this.#classes[row] = 0;
    }
    return row;
  }

  #allow(row: number, bit: number, counts: Uint16Array, limit: number): boolean {
    const word = row * WORDS + (bit >> 5);
    const mask = 1 << (bit & 31);
    if (((this.#bits[word] ?? 0) & mask) !== 0 || limit <= 0) return true;
    if ((counts[row] ?? 0) >= limit) return false;
    this.#bits[word] = (this.#bits[word] ?? 0) | mask;
    counts[row] = (counts[row] ?? 0) + 1;
    return true;
  }
}
