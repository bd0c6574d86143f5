// A batch in the compact encoding of `docs/telemetry-protocol.md`: CBOR (RFC 8949) whose records are columns, numbers in
// little-endian typed arrays (RFC 8746). The same batch always becomes the same bytes.

import type { TelemetryBatch } from '@everypath/schema';

type Plain = number | string | readonly Plain[] | { readonly [key: string]: Plain | undefined };

const UINT = 0;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const FLOAT64 = 0xfb;
const TAG_UINT8 = 64;
const TAG_UINT32 = 70;
const TAG_FLOAT64 = 86;
const UINT32_END = 2 ** 32;

const encoder = new TextEncoder();

class Writer {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  head(major: number, value: number): void {
    this.#reserve(9);
    const first = major << 5;
    if (value < 24) this.#bytes[this.#at++] = first | value;
    else if (value < 0x100) {
      this.#bytes[this.#at++] = first | 24;
      this.#bytes[this.#at++] = value;
    } else if (value < 0x10000) {
      this.#bytes[this.#at++] = first | 25;
      this.#view.setUint16(this.#at, value);
      this.#at += 2;
    } else if (value < UINT32_END) {
      this.#bytes[this.#at++] = first | 26;
      this.#view.setUint32(this.#at, value);
      this.#at += 4;
    } else {
      this.#bytes[this.#at++] = first | 27;
      this.#view.setUint32(this.#at, Math.floor(value / UINT32_END));
      this.#view.setUint32(this.#at + 4, value % UINT32_END);
      this.#at += 8;
    }
  }

  bytes(bytes: Uint8Array): void {
    this.head(BYTES, bytes.length);
    this.#raw(bytes);
  }

  value(value: Plain): void {
    if (typeof value === 'string') {
      const text = encoder.encode(value);
      this.head(TEXT, text.length);
      this.#raw(text);
    } else if (typeof value === 'number') this.#number(value);
    else if (Array.isArray(value)) {
      this.head(ARRAY, value.length);
      for (const item of value as readonly Plain[]) this.value(item);
    } else {
      const entries = Object.entries(value).filter(([, item]) => item !== undefined);
      this.head(MAP, entries.length);
      for (const [key, item] of entries) {
        this.value(key);
        this.value(item as Plain);
      }
    }
  }

  uint8Array(values: readonly number[]): void {
    this.head(TAG, TAG_UINT8);
    this.bytes(Uint8Array.from(values));
  }

  /** In four bytes each where all are integers that fit, else in eight. */
  numbers(values: readonly number[], narrow = values.every(fitsUint32)): void {
    const bytes = new Uint8Array(values.length * (narrow ? 4 : 8));
    const view = new DataView(bytes.buffer);
    for (const [index, value] of values.entries()) {
      if (narrow) view.setUint32(index * 4, value, true);
      else view.setFloat64(index * 8, value, true);
    }
    this.head(TAG, narrow ? TAG_UINT32 : TAG_FLOAT64);
    this.bytes(bytes);
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && value >= 0) {
      this.head(UINT, value);
      return;
    }
    this.#reserve(9);
    this.#bytes[this.#at++] = FLOAT64;
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const fitsUint32 = (value: number): boolean => value >>> 0 === value;

const uuidBytes = (uuid: string): Uint8Array =>
  Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

/** The bytes that travel as `application/cbor`. */
export function encodeBatch(batch: TelemetryBatch): Uint8Array<ArrayBuffer> {
  const { records } = batch;
  const writer = new Writer();
  const entry = (key: string, value: Plain): void => {
    writer.value(key);
    writer.value(value);
  };
  writer.head(MAP, 9);
  entry('version', batch.version);
  writer.value('batchId');
  writer.bytes(uuidBytes(batch.batchId));
  entry('token', batch.token);
  entry('tag', batch.tag);
  entry('variant', batch.variant);
  entry('cause', batch.cause);
  entry('sealedAtMs', batch.sealedAtMs);
  entry('device', batch.device);
  writer.value('columns');
  writer.head(MAP, 6);
  writer.value('node');
  writer.numbers(records.map(({ node }) => node));
  writer.value('calls');
  writer.numbers(records.map(({ calls }) => calls));
  writer.value('featureCounts');
  writer.uint8Array(records.map(({ features }) => features.length));
  writer.value('features');
  writer.numbers(
    records.flatMap(({ features }) => features),
    false,
  );
  writer.value('sampleCounts');
  writer.uint8Array(records.map(({ samplesNs }) => samplesNs.length));
  writer.value('samplesNs');
  writer.numbers(records.flatMap(({ samplesNs }) => samplesNs));
  return writer.done();
}
