// Python values as the oracle tells them: tagged with their Python type, nothing lost. Conversion to what the client
// takes as an argument, and to short text for people. See `oracle/tagged.py` for the other side.

import type { Value } from '@everypath/client';
import { DTYPE_BYTES, type Dtype, type ImageMode } from '@everypath/schema';

export type Tagged =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'bytes'; readonly data: Uint8Array }
  | { readonly kind: 'scalar'; readonly dtype: Dtype; readonly data: Uint8Array }
  | {
      readonly kind: 'array';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'image';
      readonly mode: ImageMode;
      readonly shape: readonly number[];
      readonly data: Uint8Array;
    }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Tagged[] }
  | { readonly kind: 'dict'; readonly items: readonly (readonly [Tagged, Tagged])[] }
  | { readonly kind: 'other'; readonly type: string; readonly repr: string };

/** The oracle's JSON before its texts are decoded. */
export interface TaggedJson {
  readonly kind: string;
  readonly value?: boolean | string;
  readonly hex?: string;
  readonly base64?: string;
  readonly dtype?: Dtype;
  readonly mode?: ImageMode;
  readonly shape?: readonly number[];
  readonly items?: readonly unknown[];
  readonly type?: string;
  readonly repr?: string;
}

/** A copy that starts a buffer of its own, so that any element type can lie over it. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
const fromHex = (text: string): Uint8Array => own(Buffer.from(text, 'hex'));
const fromBase64 = (text: string): Uint8Array => own(Buffer.from(text, 'base64'));

/** Reads the oracle's JSON. */
export function readTagged(json: TaggedJson): Tagged {
  const { kind, hex = '', base64 = '', dtype = 'uint8', shape = [] } = json;
  switch (kind) {
    case 'none':
      return { kind };
    case 'bool':
      return { kind, value: json.value === true };
    case 'int':
      return { kind, value: BigInt(String(json.value)) };
    case 'float':
      return { kind, value: new Float64Array(own(fromHex(hex)).buffer)[0] ?? Number.NaN };
    case 'str':
      return { kind, value: String(json.value) };
    case 'bytes':
      return { kind, data: fromBase64(base64) };
    case 'scalar':
      return { kind, dtype, data: fromHex(hex) };
    case 'array':
      return { kind, dtype, shape, data: fromBase64(base64) };
    case 'image':
      return { kind, mode: json.mode ?? 'RGB', shape, data: fromBase64(base64) };
    case 'tuple':
    case 'list':
      return { kind, items: (json.items ?? []).map((item) => readTagged(item as TaggedJson)) };
    case 'dict':
      return {
        kind,
        items: (json.items ?? []).map((item) => {
          const [key, value] = item as readonly [TaggedJson, TaggedJson];
          return [readTagged(key), readTagged(value)] as const;
        }),
      };
    default:
      return { kind: 'other', type: json.type ?? '?', repr: json.repr ?? '' };
  }
}

/** The elements of an array or scalar, complex ones as pairs. */
export function elementsOf(dtype: Dtype, bytes: Uint8Array): readonly (number | bigint)[] {
  return [...numbersOf(dtype, bytes)];
}

/** The elements under a typed array of their own kind. */
export function numbersOf(
  dtype: Dtype,
  bytes: Uint8Array,
): ArrayLike<number | bigint> & Iterable<number | bigint> {
  const aligned =
    bytes.byteOffset % DTYPE_BYTES[dtype] === 0 && bytes.buffer instanceof ArrayBuffer ? bytes : own(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer, byteOffset, byteLength);
    case 'int16':
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case 'int32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    case 'uint64':
      return new BigUint64Array(buffer, byteOffset, byteLength / 8);
    case 'float16':
      return new Float16Array(buffer, byteOffset, byteLength / 2);
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'float64':
    case 'complex128':
      return new Float64Array(buffer, byteOffset, byteLength / 8);
    default:
      return new Uint8Array(buffer, byteOffset, byteLength);
  }
}

const scalarValue = (dtype: Dtype, data: Uint8Array): Value => {
  const [first = 0] = elementsOf(dtype, data);
  return dtype === 'bool' ? first === 1 : first;
};

/** What the client takes for it. Throws on a value that no program takes. */
export function toValue(tagged: Tagged): Value {
  switch (tagged.kind) {
    case 'none':
      return null;
    case 'bool':
    case 'float':
    case 'str':
      return tagged.value;
    case 'int': {
      const small = Number(tagged.value);
      return Number.isSafeInteger(small) ? small : tagged.value;
    }
    case 'bytes':
      return own(tagged.data);
    case 'scalar':
      return scalarValue(tagged.dtype, tagged.data);
    case 'array':
      return {
        data: numbersOf(tagged.dtype, own(tagged.data)) as Float64Array,
        shape: tagged.shape,
        dtype: tagged.dtype,
      };
    case 'image': {
      const [height = 0, width = 0, channels = 0] = tagged.shape;
      return { data: tagged.data, width, height, channels };
    }
    case 'tuple':
    case 'list':
      return tagged.items.map(toValue);
    case 'dict':
      return new Map(tagged.items.map(([key, value]) => [toValue(key), toValue(value)]));
    case 'other':
      throw new TypeError(`no program takes a ${tagged.type}`);
  }
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
const pythonFloat = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e16
    ? value.toFixed(1).replace(/^0\.0$/, Object.is(value, -0) ? '-0.0' : '0.0')
    : String(value);

/** A value as a person recognises it: near Python's `repr`, arrays by dtype and shape. */
export function textOfTagged(tagged: Tagged): string {
  switch (tagged.kind) {
    case 'none':
      return 'None';
    case 'bool':
      return tagged.value ? 'True' : 'False';
    case 'int':
      return String(tagged.value);
    case 'float':
      return pythonFloat(tagged.value);
    case 'str':
      return shorten(JSON.stringify(tagged.value));
    case 'bytes':
      return `${tagged.data.length} bytes`;
    case 'scalar':
      return `${tagged.dtype}(${elementsOf(tagged.dtype, tagged.data).join(', ')})`;
    case 'array':
      return `${tagged.dtype}[${tagged.shape.join(', ')}]`;
    case 'image':
      return `image ${tagged.mode} ${tagged.shape[1]} × ${tagged.shape[0]}`;
    case 'tuple':
      return shorten(`(${tagged.items.map(textOfTagged).join(', ')}${tagged.items.length === 1 ? ',' : ''})`);
    case 'list':
      return shorten(`[${tagged.items.map(textOfTagged).join(', ')}]`);
    case 'dict':
      return shorten(
        `{${tagged.items.map(([key, value]) => `${textOfTagged(key)}: ${textOfTagged(value)}`).join(', ')}}`,
      );
    case 'other':
      return shorten(tagged.repr);
  }
}
