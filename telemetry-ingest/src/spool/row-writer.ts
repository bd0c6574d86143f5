// ClickHouse's RowBinary, as much of it as the spool writes: little-endian numbers, LEB128 lengths before strings and
// arrays. One buffer serves all rows, one at a time. https://clickhouse.com/docs/interfaces/formats/RowBinary

type Numbers = ArrayLike<number>;

const FIRST_BYTES = 1 << 16;
/** Below 128: its length takes one byte. */
const SHORT_TEXT = 100;

export class RowWriter {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = viewOf(this.#buffer);
  #at = 0;

  /** Begins a new row. */
  reset(): void {
    this.#at = 0;
  }

  /** The row so far, in memory of its own. */
  copy(): Buffer {
    const bytes = Buffer.allocUnsafe(this.#at);
    this.#buffer.copy(bytes, 0, 0, this.#at);
    return bytes;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  uint64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#at, value, true);
    this.#at += 8;
  }

  /** 64 bits of a safe integer, signed. */
  integer(value: number): void {
    this.#reserve(8);
    this.#view.setUint32(this.#at, value >>> 0, true);
    this.#view.setInt32(this.#at + 4, Math.floor(value / 0x1_0000_0000), true);
    this.#at += 8;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** A UUID as text, which becomes two words of 64 bits, each with its lowest byte first. */
  uuid(text: string): void {
    this.#reserve(16);
    const digits = text.replaceAll('-', '');
    this.#view.setUint32(this.#at + 4, Number.parseInt(digits.slice(0, 8), 16), true);
    this.#view.setUint32(this.#at, Number.parseInt(digits.slice(8, 16), 16), true);
    this.#view.setUint32(this.#at + 12, Number.parseInt(digits.slice(16, 24), 16), true);
    this.#view.setUint32(this.#at + 8, Number.parseInt(digits.slice(24, 32), 16), true);
    this.#at += 16;
  }

  string(text: string): void {
    const { length } = text;
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    this.#reserve(length * 3 + 5);
    if (length < SHORT_TEXT && this.#ascii(text)) return;
    this.#length(Buffer.byteLength(text));
    this.#at += this.#buffer.write(text, this.#at);
  }

  /** A short string is written faster here than by a call into the engine, unless it holds more than ASCII. */
  #ascii(text: string): boolean {
    const { length } = text;
    const start = this.#at + 1;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      this.#buffer[start + index] = code;
    }
    this.#buffer[this.#at] = length;
    this.#at = start + length;
    return true;
  }

  strings(texts: readonly string[]): void {
    this.#length(texts.length);
    for (const text of texts) this.string(text);
  }

  uint8Array(values: Numbers): void {
    this.#length(values.length);
    this.#reserve(values.length);
    for (let index = 0; index < values.length; index++) this.#buffer[this.#at++] = values[index] ?? 0;
  }

  uint32Array(values: Numbers): void {
    this.#length(values.length);
    for (let index = 0; index < values.length; index++) this.uint32(values[index] ?? 0);
  }

  /** Safe integers in 64 bits each. */
  integerArray(values: Numbers): void {
    this.#length(values.length);
    for (let index = 0; index < values.length; index++) this.integer(values[index] ?? 0);
  }

  floatArrays(arrays: readonly Numbers[]): void {
    this.#length(arrays.length);
    for (const values of arrays) {
      this.#length(values.length);
      this.#reserve(values.length * 8);
      for (let index = 0; index < values.length; index++) {
        this.#view.setFloat64(this.#at, values[index] ?? 0, true);
        this.#at += 8;
      }
    }
  }

  #length(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }
}

const viewOf = (buffer: Buffer): DataView =>
  new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
