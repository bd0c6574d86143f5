// What inspection learns of a program, whatever its format.

import type { Architecture } from '@everypath/schema';

export interface ImportedSymbol {
  /** Library it comes from; null where the format does not say (ELF, Mach-O by name). */
  readonly library: string | null;
  /** C name. */
  readonly name: string;
}

export interface ProgramFacts {
  /** C names, sorted. */
  readonly exports: readonly string[];
  readonly imports: readonly ImportedSymbol[];
  /** Libraries that the system must load, as named in the file. */
  readonly libraries: readonly string[];
  /** What is wrong with it whatever the target: a segment both writable and executable, a missing protection. */
  readonly faults: readonly string[];
  /** The processor that its code is for; absent where the file names another. */
  readonly architecture?: Architecture;
  /** ELF: smallest alignment of a loaded segment. */
  readonly pageBytes?: number;
  /** Mach-O and PE: platform and oldest system, `macos 13.0`. */
  readonly minimum?: string;
}

/** Reads integers and zero-terminated strings of a little-endian file; out of bounds is a `RangeError`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8 = (at: number): number => this.#view.getUint8(at);
  u16 = (at: number): number => this.#view.getUint16(at, true);
  u32 = (at: number): number => this.#view.getUint32(at, true);
  u64 = (at: number): number => Number(this.#view.getBigUint64(at, true));

  text(at: number): string {
    const end = this.bytes.indexOf(0, at);
    if (end < 0) throw new RangeError('a name without an end');
    return Buffer.from(this.bytes.subarray(at, end)).toString('latin1');
  }
}
