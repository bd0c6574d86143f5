// Whether a program's answer is CPython's: the Python type first, then the shape, then the value within what the
// operators in use allow. Knows nothing of files, processes or which operators there are.

import type { Tensor, Value } from '@everypath/client';
import { type Dtype, formatType, type Type } from '@everypath/schema';
import { elementsOf, numbersOf, type Tagged, textOfTagged } from './tagged.ts';

/** How far an answer may lie from CPython's: floats |a - b| <= absolute + relative * |b|, images `levels` apart. */
export interface Allowance {
  readonly relative: number;
  readonly absolute: number;
  readonly levels: number;
}

export const EXACT: Allowance = { relative: 0, absolute: 0, levels: 0 };

export interface Comparison {
  readonly ok: boolean;
  /** Largest error seen as a share of what is allowed; 0 where equal. */
  readonly worst: number;
  /** What differs, for people; empty when nothing does. */
  readonly message: string;
}

const same: Comparison = { ok: true, worst: 0, message: '' };
const differs = (message: string, worst = Number.POSITIVE_INFINITY): Comparison => ({
  ok: false,
  worst,
  message,
});

/** The Python type of a tagged value, as `formatType` writes types. */
function typeText(tagged: Tagged): string {
  switch (tagged.kind) {
    case 'scalar':
      return tagged.dtype;
    case 'array':
      return `${tagged.dtype}[${tagged.shape.join(', ')}]`;
    case 'image':
      return `image ${tagged.mode}`;
    case 'other':
      return tagged.type;
    default:
      return tagged.kind;
  }
}

/** Bit for bit, any NaN for any NaN. */
const identical = (a: number | bigint, b: number | bigint): boolean => Object.is(a, b);

/** The error of one float as a share of what is allowed; above 1 is too far. */
function floatError(expected: number, actual: number, allowance: Allowance): number {
  if (identical(expected, actual)) return 0;
  const allowed = allowance.absolute + allowance.relative * Math.abs(expected);
  const error = Math.abs(actual - expected);
  // Zeros of either sign are equal once any error is allowed; infinities and NaN only equal themselves.
  return allowed > 0 && Number.isFinite(error) ? error / allowed : Number.POSITIVE_INFINITY;
}

const isFloat = (dtype: Dtype): boolean => dtype.startsWith('float') || dtype.startsWith('complex');

function compareNumbers(
  expected: ArrayLike<number | bigint>,
  actual: ArrayLike<number | bigint>,
  errorOf: (a: number | bigint, b: number | bigint) => number,
): Comparison {
  let worst = 0;
  let at = -1;
  let count = 0;
  for (let index = 0; index < expected.length; index++) {
    const error = errorOf(expected[index] ?? 0, actual[index] ?? 0);
    if (error > 1) count++;
    if (error > worst) {
      worst = error;
      at = index;
    }
  }
  if (count === 0) return { ok: true, worst, message: '' };
  const where =
    expected.length > 1 ? `${count} of ${expected.length} elements differ, most at flat index ${at}: ` : '';
  return differs(`${where}CPython has ${expected[at]}, the program ${actual[at]}`, worst);
}

const levelError =
  (levels: number) =>
  (a: number | bigint, b: number | bigint): number => {
    const error = Math.abs(Number(a) - Number(b));
    return error === 0 ? 0 : error / levels;
  };

const errorFor = (
  dtype: Dtype,
  allowance: Allowance,
): ((a: number | bigint, b: number | bigint) => number) => {
  if (isFloat(dtype)) return (a, b) => floatError(Number(a), Number(b), allowance);
  // The pixels of an image keep its levels as an array.
  if (dtype === 'uint8' && allowance.levels > 0) return levelError(allowance.levels);
  return (a, b) => (identical(a, b) ? 0 : Number.POSITIVE_INFINITY);
};

function compareArray(expected: Tagged & { kind: 'array' }, actual: Value, allowance: Allowance): Comparison {
  const tensor = actual as Tensor;
  const dtype = tensor.dtype ?? expected.dtype;
  if (dtype !== expected.dtype || tensor.shape.join() !== expected.shape.join()) {
    return differs(
      `CPython returned ${typeText(expected)}, the program ${dtype}[${tensor.shape.join(', ')}]`,
    );
  }
  const bytes = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  return compareNumbers(numbersOf(dtype, expected.data), numbersOf(dtype, bytes), errorFor(dtype, allowance));
}

function compareImage(expected: Tagged & { kind: 'image' }, actual: Value, allowance: Allowance): Comparison {
  const image = actual as { data: Uint8Array; width: number; height: number; channels?: number };
  const shape = [image.height, image.width, image.channels];
  if (shape.join() !== expected.shape.join()) {
    return differs(
      `CPython returned an image of ${expected.shape.join('×')}, the program ${shape.join('×')}`,
    );
  }
  return compareNumbers(expected.data, image.data, levelError(allowance.levels));
}

function compareItems(
  expected: readonly Tagged[],
  actual: readonly Value[],
  typeOf: (index: number) => Type | undefined,
  allowance: Allowance,
): Comparison {
  if (expected.length !== actual.length) {
    return differs(`CPython returned ${expected.length} items, the program ${actual.length}`);
  }
  let worst = 0;
  for (const [index, item] of expected.entries()) {
    const type = typeOf(index);
    if (type === undefined) return differs(`item ${index} has no type in the program`);
    const comparison = compare(item, actual[index], type, allowance);
    if (!comparison.ok) return differs(`item ${index}: ${comparison.message}`, comparison.worst);
    worst = Math.max(worst, comparison.worst);
  }
  return { ok: true, worst, message: '' };
}

const plain = (expected: string | boolean | null, actual: Value): Comparison =>
  expected === actual
    ? same
    : differs(`CPython returned ${JSON.stringify(expected)}, the program ${JSON.stringify(actual)}`);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** Compares what CPython returned with what the program did; `type` is the program's own word for its result. */
export function compare(expected: Tagged, actual: Value, type: Type, allowance: Allowance): Comparison {
  const fits =
    expected.kind === type.kind &&
    (expected.kind !== 'scalar' || type.kind !== 'scalar' || expected.dtype === type.dtype);
  if (!fits) {
    return differs(
      `CPython returned ${typeText(expected)} ${textOfTagged(expected)}, the program ${formatType(type)}`,
    );
  }
  switch (expected.kind) {
    case 'none':
      return plain(null, actual);
    case 'bool':
    case 'str':
      return plain(expected.value, actual);
    case 'int':
      return typeof actual !== 'number' && typeof actual !== 'bigint'
        ? differs('the program returned no integer')
        : BigInt(actual) === expected.value
          ? same
          : differs(`CPython returned ${expected.value}, the program ${actual}`);
    case 'float':
      return compareNumbers([expected.value], [actual as number], errorFor('float64', allowance));
    case 'bytes':
      return sameBytes(expected.data, actual as Uint8Array) ? same : differs('the bytes differ');
    case 'scalar': {
      const [wanted = 0] = elementsOf(expected.dtype, expected.data);
      const got = typeof actual === 'boolean' ? Number(actual) : (actual as number | bigint);
      // The client gives 64-bit integers as numbers where these are exact.
      const alike = typeof wanted === 'bigint' && Number.isInteger(Number(got)) ? BigInt(got) : got;
      return compareNumbers([wanted], [alike], errorFor(expected.dtype, allowance));
    }
    case 'array':
      return compareArray(expected, actual, allowance);
    case 'image':
      return compareImage(expected, actual, allowance);
    case 'tuple':
      return compareItems(
        expected.items,
        actual as readonly Value[],
        (index) => (type.kind === 'tuple' ? type.items[index] : undefined),
        allowance,
      );
    case 'list':
      return compareItems(
        expected.items,
        actual as readonly Value[],
        () => (type.kind === 'list' ? type.item : undefined),
        allowance,
      );
    case 'dict': {
      if (type.kind !== 'dict') return differs('the program returned no dict');
      const got = [...(actual as ReadonlyMap<Value, Value>)];
      const keys = compareItems(
        expected.items.map(([key]) => key),
        got.map(([key]) => key),
        () => type.key,
        EXACT,
      );
      if (!keys.ok) return differs(`keys: ${keys.message}`);
      return compareItems(
        expected.items.map(([, value]) => value),
        got.map(([, value]) => value),
        () => type.value,
        allowance,
      );
    }
  }
}
