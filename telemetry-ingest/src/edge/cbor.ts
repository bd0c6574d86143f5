// CBOR (RFC 8949) as far as a batch needs it, with typed arrays of little-endian numbers (RFC 8746): definite lengths,
// text keys, no tags beyond typed arrays and UUIDs. Everything is bounded by the bytes at hand: a length that promises
// more than there is fails before anything is made.

/** Bytes that are not such CBOR, and where. */
export class CborError extends Error {
  override readonly name = 'CborError';
}

export type CborValue =
  | number
  | string
  | boolean
  | null
  | Buffer
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

const MAX_DEPTH = 6;
const UUID_TAG = 37;

/** The one value that the bytes hold. */
export function decodeCbor(bytes: Buffer): CborValue {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new CborError(`bytes follow the value at ${reader.at}`);
  return value;
}

class Reader {
  at = 0;
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth: number): CborValue {
    if (depth > MAX_DEPTH) throw new CborError(`nested too deeply at ${this.at}`);
    const initial = this.#take(1);
    const first = this.#bytes[initial] ?? 0;
    const major = first >> 5;
    const info = first & 0x1f;
    if (major === 7) return this.#simple(info);
    const argument = this.#argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.#slice(argument);
      case 3:
        return this.#text(argument);
      case 4:
        return this.#array(argument, depth);
      case 5:
        return this.#map(argument, depth);
      default:
        return this.#tagged(argument);
    }
  }

  #take(count: number): number {
    const start = this.at;
    if (count > this.#bytes.length - start) throw new CborError(`the value ends early at ${start}`);
    this.at = start + count;
    return start;
  }

  #argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.#bytes[this.#take(1)] ?? 0;
      case 25:
        return this.#bytes.readUInt16BE(this.#take(2));
      case 26:
        return this.#bytes.readUInt32BE(this.#take(4));
      case 27: {
        const at = this.#take(8);
        return this.#bytes.readUInt32BE(at) * 0x1_0000_0000 + this.#bytes.readUInt32BE(at + 4);
      }
      default:
        throw new CborError(`a length that is not definite at ${this.at - 1}`);
    }
  }

  #simple(info: number): CborValue {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 26:
        return this.#bytes.readFloatBE(this.#take(4));
      case 27:
        return this.#bytes.readDoubleBE(this.#take(8));
      default:
        throw new CborError(`a simple value of kind ${info} at ${this.at - 1}`);
    }
  }

  #slice(length: number): Buffer {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #text(length: number): string {
    const start = this.#take(length);
    const text = this.#bytes.toString('utf8', start, start + length);
    if (text.includes('\ufffd')) throw new CborError(`text that is not UTF-8 at ${start}`);
    return text;
  }

  #array(length: number, depth: number): CborValue[] {
    // An item takes a byte at least.
    if (length > this.#bytes.length - this.at) throw new CborError(`the array ends early at ${this.at}`);
    const items: CborValue[] = [];
    for (let index = 0; index < length; index++) items.push(this.value(depth + 1));
    return items;
  }

  #map(length: number, depth: number): { [key: string]: CborValue } {
    if (length * 2 > this.#bytes.length - this.at) throw new CborError(`the map ends early at ${this.at}`);
    const map: { [key: string]: CborValue } = {};
    for (let index = 0; index < length; index++) {
      const key = this.value(depth + 1);
      // What every object has is no key of a batch; `__proto__` least of all.
      if (typeof key !== 'string' || key in map)
        throw new CborError(`a key that is no new text at ${this.at}`);
      map[key] = this.value(depth + 1);
    }
    return map;
  }

  #tagged(tag: number): CborValue {
    const first = this.#bytes[this.#take(1)] ?? 0;
    if (first >> 5 !== 2) throw new CborError(`tag ${tag} over something other than bytes at ${this.at - 1}`);
    const length = this.#argument(first & 0x1f);
    if (tag === UUID_TAG) return this.#slice(length);
    const start = this.#take(length);
    switch (tag) {
      case 64:
        return numbers(start, length, 1, (at) => this.#bytes[at] ?? 0);
      case 69:
        return numbers(start, length, 2, (at) => this.#view.getUint16(at, true));
      case 70:
        return numbers(start, length, 4, (at) => this.#view.getUint32(at, true));
      case 85:
        return numbers(start, length, 4, (at) => this.#view.getFloat32(at, true));
      case 86:
        return numbers(start, length, 8, (at) => this.#view.getFloat64(at, true));
      default:
        throw new CborError(`tag ${tag} is not supported at ${start}`);
    }
  }
}

/** A typed array as plain numbers, which the rest handles faster than six kinds of small typed arrays. */
function numbers(start: number, length: number, size: number, read: (at: number) => number): number[] {
  if (length % size !== 0) throw new CborError(`a cut number at ${start}`);
  const values: number[] = [];
  for (let at = start; at < start + length; at += size) values.push(read(at));
  return values;
}
