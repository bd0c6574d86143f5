// How Python values look in JavaScript, and which typed array stands for which dtype.

import type { Dtype, Type } from '@everypath/schema';

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float16Array
  | Float32Array
  | Float64Array;

/**
 * A NumPy array, C-contiguous. `dtype` is needed only where the typed array does not tell it: `bool` in a
 * `Uint8Array`, `float16` in a `Uint16Array`, complex numbers as pairs in a `Float32Array` or `Float64Array`.
 */
export interface Tensor {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype?: Dtype;
}

/** A Pillow image of mode L, RGB or RGBA: rows from the top, channels interleaved. An `ImageData` is one too. */
export interface Image {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** 1, 3 or 4. Without it, what the length of `data` says. */
  readonly channels?: number;
}

/** A value going in or coming out. Tuples and lists are arrays; dicts come out as a `Map`. */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | TypedArray
  | ArrayBuffer
  | Tensor
  | Image
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | { readonly [key: string]: Value };

const byTag: Readonly<Record<string, Dtype>> = {
  Int8Array: 'int8',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Int16Array: 'int16',
  Uint16Array: 'uint16',
  Int32Array: 'int32',
  Uint32Array: 'uint32',
  BigInt64Array: 'int64',
  BigUint64Array: 'uint64',
  Float16Array: 'float16',
  Float32Array: 'float32',
  Float64Array: 'float64',
};

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** The dtype that a typed array holds when nothing else is said. */
export function dtypeOf(data: TypedArray): Dtype {
  return byTag[data[Symbol.toStringTag]] ?? 'uint8';
}

/** Which dtypes a typed array may carry by declaration, besides its own. */
export function mayCarry(data: TypedArray, dtype: Dtype): boolean {
  const own = dtypeOf(data);
  if (own === dtype) return true;
  if (dtype === 'bool') return own === 'uint8';
  if (dtype === 'float16') return own === 'uint16';
  if (dtype === 'complex64') return own === 'float32';
  return dtype === 'complex128' && own === 'float64';
}

/** A typed array over a copy of the program's bytes. */
export function typedArrayOf(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): TypedArray {
  const { buffer } = bytes;
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'float16':
      return typeof Float16Array === 'undefined' ? new Uint16Array(buffer) : new Float16Array(buffer);
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer);
    case 'float64':
    case 'complex128':
      return new Float64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** A type as a person writes it: `float32[n, 3]`, `image RGB`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'scalar':
      return type.dtype;
    case 'array':
      return `${type.dtype}[${type.shape.map((dim) => dim ?? '?').join(', ')}]`;
    case 'image':
      return type.mode ? `image ${type.mode}` : 'image';
    case 'tuple':
      return `tuple[${type.items.map(typeText).join(', ')}]`;
    case 'list':
      return `list[${typeText(type.item)}]`;
    case 'dict':
      return `dict[${typeText(type.key)}, ${typeText(type.value)}]`;
    default:
      return type.kind;
  }
}

/** What a value is, for error messages. Never its contents, beyond a number or a boolean. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') {
    return `${typeof value} ${value}`;
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isTypedArray(value)) return `${value[Symbol.toStringTag]}(${value.length})`;
  if (typeof value === 'object') {
    const record = value as Record<string, unknown>;
    if (isTypedArray(record.data) && Array.isArray(record.shape)) {
      return `${typeof record.dtype === 'string' ? record.dtype : dtypeOf(record.data)}[${record.shape.join(', ')}]`;
    }
    if ('width' in record && 'height' in record) {
      return `image ${record.width} × ${record.height}${record.channels ? ` × ${record.channels}` : ''}`;
    }
    return value instanceof Map
      ? 'a Map'
      : `an object with ${Object.keys(record).slice(0, 5).join(', ') || 'no keys'}`;
  }
  return typeof value;
}
