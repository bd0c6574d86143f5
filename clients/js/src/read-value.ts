// Reads what a program wrote: results as JavaScript values in memory of our own, errors, latency records.

import type { Arena } from './arena.ts';
import { EverypathError, type PythonFrame } from './errors.ts';
import { DTYPE_NAMES, ERROR, ITEM_BYTES, KIND, RECORD, VALUE } from './layout.ts';
import type { Value } from './values.ts';
import { typedArrayOf } from './values.ts';

const decoder = new TextDecoder();

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** 64 bits that are known to be a size or an address. */
function readWord(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 0x100000000 + view.getUint32(offset, true);
}

/** A number where it is exact, else a bigint. */
function readInteger(view: DataView, offset: number, signed: boolean): number | bigint {
  const low = view.getUint32(offset, true);
  const high = signed ? view.getInt32(offset + 4, true) : view.getUint32(offset + 4, true);
  const value = high * 0x100000000 + low;
  if (Number.isSafeInteger(value)) return value;
  return signed ? view.getBigInt64(offset, true) : view.getBigUint64(offset, true);
}

function readScalar(view: DataView, offset: number): Value {
  const dtype = DTYPE_NAMES[view.getUint32(offset + VALUE.dtype, true)];
  if (dtype === undefined || dtype.startsWith('complex')) {
    throw new EverypathError(`the program returned a scalar that this client cannot read (${dtype})`);
  }
  if (dtype === 'bool') return view.getUint32(offset + VALUE.as, true) !== 0;
  if (dtype.startsWith('float')) return view.getFloat64(offset + VALUE.as, true);
  return readInteger(view, offset + VALUE.as, !dtype.startsWith('u'));
}

function readShape(view: DataView, offset: number, rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => readWord(view, offset + VALUE.shape + axis * 8));
}

function readItems(arena: Arena, address: number, count: number): Value[] {
  if (count === 0) return [];
  const items = viewOf(arena.copy(address, count * VALUE.bytes));
  return Array.from({ length: count }, (_, index) => readValue(arena, items, index * VALUE.bytes));
}

function readDict(arena: Arena, address: number, count: number): Map<Value, Value> {
  const items = readItems(arena, address, count * 2);
  return new Map(Array.from({ length: count }, (_, index) => [items[index * 2], items[index * 2 + 1]]));
}

/** One `ep_value` as a JavaScript value. Nothing in the result points into the program's memory. */
export function readValue(arena: Arena, view: DataView, offset: number): Value {
  const kind = view.getUint32(offset + VALUE.kind, true);
  switch (kind) {
    case KIND.none:
      return null;
    case KIND.bool:
      return view.getUint32(offset + VALUE.as, true) !== 0;
    case KIND.int:
      return readInteger(view, offset + VALUE.as, true);
    case KIND.float:
      return view.getFloat64(offset + VALUE.as, true);
    case KIND.scalar:
      return readScalar(view, offset);
  }
  const address = readWord(view, offset + VALUE.as);
  const size = readWord(view, offset + VALUE.size);
  switch (kind) {
    case KIND.str:
      return decoder.decode(arena.copy(address, size));
    case KIND.bytes:
      return arena.copy(address, size);
    case KIND.array: {
      const code = view.getUint32(offset + VALUE.dtype, true);
      const dtype = DTYPE_NAMES[code] ?? 'uint8';
      const shape = readShape(view, offset, view.getUint32(offset + VALUE.rank, true));
      const length = shape.reduce((product, dim) => product * dim, ITEM_BYTES[code] ?? 1);
      return { data: typedArrayOf(dtype, arena.copy(address, length)), shape, dtype };
    }
    case KIND.image: {
      const [height = 0, width = 0, channels = 0] = readShape(view, offset, 3);
      return { data: arena.copy(address, height * width * channels), width, height, channels };
    }
    case KIND.tuple:
    case KIND.list:
      return readItems(arena, address, size);
    case KIND.dict:
      return readDict(arena, address, size);
    default:
      throw new EverypathError(`the program returned a value of unknown kind ${kind}`);
  }
}

function readText(view: DataView, offset: number, capacity: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, capacity);
  const end = bytes.indexOf(0);
  return decoder.decode(bytes.slice(0, end < 0 ? capacity : end));
}

export interface ProgramFailure {
  readonly type: string;
  readonly message: string;
  readonly frames: readonly PythonFrame[];
}

/** What `ep_error` says. */
export function readFailure(view: DataView, offset: number): ProgramFailure {
  const count = Math.min(view.getUint32(offset + ERROR.frameCount, true), ERROR.maxFrames);
  return {
    type: readText(view, offset + ERROR.type, ERROR.typeBytes),
    message: readText(view, offset + ERROR.message, ERROR.messageBytes),
    frames: Array.from({ length: count }, (_, index) => {
      const at = offset + ERROR.frames + index * ERROR.frameBytes;
      return {
        line: view.getUint32(at, true),
        column: view.getUint32(at + 4, true),
        function: readText(view, at + ERROR.frameFunction, ERROR.frameFunctionBytes),
      };
    }),
  };
}

/** One (node, size features) cell of latencies, as drained from a program. */
export interface ProbeRecord {
  /** Index in the description's nodes; 4294967295 is the whole call. */
  readonly node: number;
  readonly features: readonly number[];
  readonly calls: number;
  readonly totalNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  /** The last min(calls, 32) latencies. */
  readonly samplesNs: readonly number[];
}

/** One `ep_probe_record`. */
export function readRecord(view: DataView, offset: number): ProbeRecord {
  const calls = readWord(view, offset + RECORD.calls);
  const features = Math.min(view.getUint32(offset + RECORD.featureCount, true), RECORD.maxFeatures);
  return {
    node: view.getUint32(offset + RECORD.node, true),
    features: Array.from({ length: features }, (_, index) =>
      view.getFloat64(offset + RECORD.features + index * 8, true),
    ),
    calls,
    totalNs: readWord(view, offset + RECORD.totalNs),
    minNs: readWord(view, offset + RECORD.minNs),
    maxNs: readWord(view, offset + RECORD.maxNs),
    samplesNs: Array.from({ length: Math.min(calls, RECORD.maxSamples) }, (_, index) =>
      readWord(view, offset + RECORD.samplesNs + index * 8),
    ),
  };
}
