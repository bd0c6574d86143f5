// Whatever fits the signature comes back the same, from native memory and from WebAssembly's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildProgram } from '../../conformance/build-programs.ts';
import { hostTarget, openProgram } from '../src/index.ts';
import type { Value } from '../src/values.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

const echoed = fc.tuple(
  fc.constant(null),
  fc.boolean(),
  int64,
  text,
  fc.uint8Array({ maxLength: 64 }),
  fc.integer({ min: 0, max: 255 }),
  fc.float({ noNaN: true }),
  fc.tuple(int64, text),
  fc.array(fc.double({ noNaN: true }), { maxLength: 20 }),
  fc.array(fc.tuple(text, int64), { maxLength: 10 }).map((entries) => new Map<Value, Value>(entries)),
  fc
    .array(fc.boolean(), { maxLength: 30 })
    .map((mask) => ({ data: Uint8Array.from(mask, Number), shape: [mask.length], dtype: 'bool' as const })),
  fc.bigInt64Array({ maxLength: 20 }).map((longs) => {
    const columns = longs.length >> 1;
    return { data: longs.slice(0, columns * 2), shape: [2, columns], dtype: 'int64' as const };
  }),
);

/** What comes back as a number where it is exact went in as a bigint; the rest is equal as it stands. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  return value;
};

for (const kind of ['native', 'wasm32'] as const) {
  const target = kind === 'wasm32' ? 'wasm32' : hostTarget();
  test(`echo gives back what it got, ${kind}`, { skip: target === undefined }, async () => {
    const echo = await openProgram(buildProgram('echo', kind), { target: target ?? 'wasm32' });
    fc.assert(
      fc.property(echoed, (values) => {
        assert.deepEqual(echo.invoke(values), plain(values));
      }),
      { seed: 20_240_601, numRuns: 300 },
    );
    echo.close();
  });
}
