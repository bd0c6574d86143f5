// The comparison itself: what is equal, what is within tolerance, what is another Python type.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Type } from '@everypath/schema';
import { type Allowance, compare, EXACT } from '../../src/verify/compare.ts';
import type { Tagged } from '../../src/verify/tagged.ts';

const float: Type = { kind: 'float' };
const tagged = (value: number): Tagged => ({ kind: 'float', value });
const within: Allowance = { relative: 1e-6, absolute: 1e-9, levels: 2 };

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const arrayOf = (data: Float32Array, shape: readonly number[]): Tagged => ({
  kind: 'array',
  dtype: 'float32',
  shape,
  data: bytesOf(data),
});
const float32 = (rank: number): Type => ({ kind: 'array', dtype: 'float32', shape: Array(rank).fill(null) });

test('exact floats are equal bit for bit, with any NaN for any NaN', () => {
  assert.ok(compare(tagged(0.1), 0.1, float, EXACT).ok);
  assert.ok(compare(tagged(Number.NaN), Number.NaN, float, EXACT).ok);
  assert.ok(!compare(tagged(0.1), 0.1 + 2 ** -56, float, EXACT).ok);
  assert.ok(!compare(tagged(0), -0, float, EXACT).ok);
});

test('a tolerance admits small errors and says what share of it they take', () => {
  const comparison = compare(tagged(1000), 1000 + 5e-4, float, within);
  assert.ok(comparison.ok);
  assert.ok(comparison.worst > 0.49 && comparison.worst < 0.51);
  assert.ok(!compare(tagged(1000), 1000 + 2e-3, float, within).ok);
  assert.ok(compare(tagged(0), -0, float, within).ok);
  assert.ok(!compare(tagged(Number.POSITIVE_INFINITY), 1e308, float, within).ok);
  assert.ok(!compare(tagged(1), Number.NaN, float, within).ok);
});

test('an int is not a float, a bool is not an int, a NumPy scalar is neither', () => {
  const one: Tagged = { kind: 'int', value: 1n };
  assert.match(compare(one, 1, float, within).message, /CPython returned int 1, the program float/);
  assert.ok(!compare({ kind: 'bool', value: true }, 1, { kind: 'int' }, within).ok);
  const scalar: Tagged = { kind: 'scalar', dtype: 'float32', data: bytesOf(new Float32Array([0.5])) };
  assert.ok(compare(scalar, 0.5, { kind: 'scalar', dtype: 'float32' }, EXACT).ok);
  assert.ok(!compare(scalar, 0.5, { kind: 'scalar', dtype: 'float64' }, within).ok);
  assert.ok(!compare(scalar, 0.5, float, within).ok);
});

test('integers are compared exactly, beyond what a double holds', () => {
  const big: Tagged = { kind: 'int', value: 2n ** 62n + 1n };
  assert.ok(compare(big, 2n ** 62n + 1n, { kind: 'int' }, within).ok);
  assert.ok(!compare(big, 2n ** 62n, { kind: 'int' }, within).ok);
  const wide: Tagged = { kind: 'scalar', dtype: 'uint64', data: bytesOf(new BigUint64Array([2n ** 63n])) };
  assert.ok(compare(wide, 2n ** 63n, { kind: 'scalar', dtype: 'uint64' }, EXACT).ok);
  const small: Tagged = { kind: 'scalar', dtype: 'int64', data: bytesOf(new BigInt64Array([-5n])) };
  assert.ok(compare(small, -5, { kind: 'scalar', dtype: 'int64' }, EXACT).ok);
});

test('arrays agree in dtype and shape before their elements are looked at', () => {
  const data = new Float32Array([1, 2, 3, 4]);
  const expected = arrayOf(data, [2, 2]);
  assert.ok(compare(expected, { data: data.slice(), shape: [2, 2], dtype: 'float32' }, float32(2), EXACT).ok);
  const flat = compare(expected, { data, shape: [4], dtype: 'float32' }, float32(2), within);
  assert.match(flat.message, /float32\[2, 2\], the program float32\[4\]/);
  const other = compare(
    expected,
    { data: new Float32Array([1, 2, 9, 4]), shape: [2, 2], dtype: 'float32' },
    float32(2),
    within,
  );
  assert.match(other.message, /1 of 4 elements differ, most at flat index 2: CPython has 3, the program 9/);
});

test('images differ by levels', () => {
  const expected: Tagged = { kind: 'image', mode: 'L', shape: [1, 3, 1], data: new Uint8Array([1, 2, 3]) };
  const answer = (data: number[]) => ({ data: new Uint8Array(data), width: 3, height: 1, channels: 1 });
  const image: Type = { kind: 'image', mode: 'L' };
  assert.ok(compare(expected, answer([1, 4, 3]), image, within).ok);
  assert.ok(!compare(expected, answer([1, 5, 3]), image, within).ok);
  assert.ok(!compare(expected, answer([1, 3, 3]), image, EXACT).ok);
});

test('tuples, lists and dicts compare item by item, in order', () => {
  const pair: Type = { kind: 'tuple', items: [{ kind: 'int' }, float] };
  const expected: Tagged = { kind: 'tuple', items: [{ kind: 'int', value: 1n }, tagged(2)] };
  assert.ok(compare(expected, [1, 2], pair, EXACT).ok);
  assert.match(compare(expected, [1, 3], pair, EXACT).message, /item 1/);
  const dict: Type = { kind: 'dict', key: { kind: 'str' }, value: float };
  const counts: Tagged = {
    kind: 'dict',
    items: [
      [{ kind: 'str', value: 'b' }, tagged(1)],
      [{ kind: 'str', value: 'a' }, tagged(2)],
    ],
  };
  assert.ok(
    compare(
      counts,
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
      dict,
      EXACT,
    ).ok,
  );
  assert.match(
    compare(
      counts,
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
      dict,
      EXACT,
    ).message,
    /keys/,
  );
});
