// The calling convention, on hand-written programs, natively and in WebAssembly alike.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { DTYPE_BYTES, DTYPES, formatType, ISA_LEVELS, type Type, VALUE_KINDS } from '@everypath/schema';
import { buildProgram } from '../../conformance/build-programs.ts';
import {
  ArgumentError,
  hostTarget,
  openProgram,
  ProgramError,
  PythonError,
  UnsupportedError,
} from '../src/index.ts';
import { ISA_ORDER } from '../src/isa.ts';
import { DTYPE_NAMES, ITEM_BYTES, KIND } from '../src/layout.ts';
import type { Value } from '../src/values.ts';
import { typeText } from '../src/values.ts';

test('the numbers restated for small bundles are those of the schema', () => {
  assert.deepEqual(KIND, VALUE_KINDS);
  assert.deepEqual(DTYPE_NAMES, DTYPES);
  assert.deepEqual(
    ITEM_BYTES,
    DTYPES.map((dtype) => DTYPE_BYTES[dtype]),
  );
  assert.deepEqual(ISA_ORDER, Object.values(ISA_LEVELS));
  const types: Type[] = [
    { kind: 'array', dtype: 'float32', shape: ['n', 3, null] },
    { kind: 'image', mode: 'RGB' },
    {
      kind: 'dict',
      key: { kind: 'str' },
      value: { kind: 'list', item: { kind: 'tuple', items: [{ kind: 'int' }] } },
    },
  ];
  for (const type of types) assert.equal(typeText(type), formatType(type));
});

const host = hostTarget();
for (const kind of ['native', 'wasm32'] as const) {
  const target = kind === 'wasm32' ? 'wasm32' : (host ?? 'linux-x86_64');
  const open = (name: string) => openProgram(buildProgram(name, kind), { target });

  describe(`${kind} programs`, { skip: kind === 'native' && !host }, () => {
    test('scalars, keywords and defaults', async () => {
      const fma = await open('fma');
      assert.equal(fma.describe().tag, '@test/fma');
      assert.equal(fma.invoke([3, -1, 2]), -1);
      assert.equal(fma.invoke([3], { y: 2 }), 6);
      assert.equal(fma.invoke([], { z: 0.5, y: 2, x: 1.25 }), 3);
      assert.equal(fma.invoke([Number.NaN, 1]), Number.NaN);
      assert.equal(fma.invoke([Number.POSITIVE_INFINITY, -1]), Number.NEGATIVE_INFINITY);
      assert.ok(Object.is(fma.invoke([-0, 1, -0]), -0));
      fma.close();
      // A program at rest keeps memory for its next call, but not beyond its end.
      if (kind === 'native') assert.match(process.env.EVERYPATH_GAVE_BACK ?? '', /@test\/fma/);
      assert.throws(() => fma.invoke([1, 2]), ProgramError);
      fma.close();
    });

    test('integers over the whole of 64 bits', async () => {
      const divide = await open('divide');
      for (const [x, y, quotient] of [
        [-7, 2, -4],
        [7n, 2n, 3],
        [2 ** 53 - 1, 1, 2 ** 53 - 1],
        [-(2 ** 53) + 1, 1, -(2 ** 53) + 1],
        [2n ** 63n - 1n, 1n, 2n ** 63n - 1n],
        [-(2n ** 63n), 1n, -(2n ** 63n)],
        [-(2n ** 53n), 1n, -(2n ** 53n)],
      ] as const) {
        assert.equal(divide.invoke([x, y]), quotient);
      }
      assert.throws(() => divide.invoke([2n ** 63n, 1]), UnsupportedError);
      assert.throws(() => divide.invoke([-(2n ** 63n), -1]), /UnsupportedError.*beyond 64 bits/);
    });

    test('a Python exception, as CPython prints it', async () => {
      const divide = await open('divide');
      assert.throws(
        () => divide.invoke([1, 0]),
        (error) => {
          assert.ok(error instanceof PythonError);
          assert.equal(error.type, 'ZeroDivisionError');
          assert.equal(error.pythonMessage, 'integer division or modulo by zero');
          assert.equal(
            error.traceback,
            [
              'Traceback (most recent call last):',
              '  File "divide.py", line 7, in halves',
              '  File "divide.py", line 3, in divide',
              'ZeroDivisionError: integer division or modulo by zero',
            ].join('\n'),
          );
          return true;
        },
      );
      assert.equal(divide.invoke([6, 3]), 2, 'the program goes on after an exception');
    });

    const sample = (): Value[] => [
      null,
      true,
      2n ** 60n,
      'héllo €😀\0end',
      new Uint8Array([1, 2, 255]),
      255,
      0.5,
      [-3, ''],
      [1, 2.5],
      { a: 1, '7': 2 },
      { data: new Uint8Array([1, 0, 1]), shape: [3], dtype: 'bool' },
      { data: new BigInt64Array([1n, -2n, 3n, 4n]), shape: [2, 2] },
    ];

    test('every kind of value there and back', async () => {
      const echo = await open('echo');
      const expected: Value = [
        ...sample().slice(0, 9),
        // JavaScript orders its objects' integer keys first.
        new Map([
          ['7', 2],
          ['a', 1],
        ]),
        { data: new Uint8Array([1, 0, 1]), shape: [3], dtype: 'bool' },
        { data: new BigInt64Array([1n, -2n, 3n, 4n]), shape: [2, 2], dtype: 'int64' },
      ];
      assert.deepEqual(echo.invoke(sample()), expected);
      const empty = sample().with(3, '').with(4, new Uint8Array()).with(8, []).with(9, new Map());
      const [, , , text, data, , , , floats, counts] = echo.invoke(empty) as Value[];
      assert.deepEqual([text, data, floats, counts], ['', new Uint8Array(), [], new Map()]);
      const long = 'é'.repeat(100_000);
      assert.equal((echo.invoke(sample().with(3, long)) as Value[])[3], long, 'the arena grows');
    });

    test('arguments that do not fit are refused by name, expected and got', async () => {
      const echo = await open('echo');
      const cases: [number, Value, RegExp][] = [
        [0, 1, /'nothing': expected none, got number 1/],
        [1, 1, /'flag': expected bool, got number 1/],
        [2, 1.5, /'count': expected int, got number 1.5/],
        [2, 2 ** 60, /'count': expected int.*pass a bigint/],
        [2, true, /'count': expected int, got boolean true/],
        [3, 7, /'text': expected str, got number 7/],
        [4, 'x', /'data': expected bytes, got a string/],
        [5, 256, /'level': expected uint8, got number 256, outside 0…255/],
        [6, '1', /'share': expected float32, got a string/],
        [7, [1], /'pair': expected tuple\[int, str\], got an array of 1/],
        [7, [1, 2], /'pair\[1\]': expected str, got number 2/],
        [8, [1, 'x'], /'floats\[1\]': expected float, got a string/],
        [8, 'xy', /'floats': expected list\[float\], got a string/],
        [9, [1], /'counts': expected dict\[str, int\], got an array of 1/],
        [10, new Uint8Array(2), /'mask': expected bool\[\?\], got Uint8Array\(2\).*dtype: 'bool'/],
        [11, new BigInt64Array(2), /'longs': expected int64\[2, \?\].*rank 1 instead of 2/],
        [11, { data: new BigInt64Array(3), shape: [3, 1] }, /'longs': .*axis 0 must be 2/],
        [11, { data: new BigInt64Array(3), shape: [2, 2] }, /asks for 4 elements, data has 3/],
        [11, { data: new Int32Array(4), shape: [2, 2] }, /expected int64\[2, \?\], got int32\[2, 2\]/],
      ];
      for (const [index, value, message] of cases) {
        assert.throws(
          () => echo.invoke(sample().with(index, value)),
          (error) => error instanceof ArgumentError && message.test(error.message),
          `${message}`,
        );
      }
      const fma = await open('fma');
      assert.throws(() => fma.invoke([1]), /argument 'y' is missing/);
      assert.throws(() => fma.invoke([1, 2, 3, 4]), /expected 3 arguments, got 4/);
      assert.throws(() => fma.invoke([1, 2], { w: 3 }), /no parameter 'w'/);
      assert.throws(() => fma.invoke([1, 2], { x: 3 }), /'x' was given twice/);
    });

    test('arrays: shared lengths, offsets, larger than the arena, empty', async () => {
      const addRow = await open('add-row');
      const row = new Float32Array([10, 20]);
      const a = { data: new Float32Array([0, 1, 2, 3, 4]).subarray(1), shape: [2, 2] };
      assert.deepEqual(addRow.invoke([a, row]), {
        data: new Float32Array([11, 22, 13, 24]),
        shape: [2, 2],
        dtype: 'float32',
      });
      const wrong = new Float32Array(3);
      assert.throws(() => addRow.invoke([a, wrong]), /'row'.*d is 3 here but 2 in argument 'a'/);
      const size = 1 << 20;
      const large = { data: new Float32Array(4 * size).fill(1), shape: [4, size] };
      const sum = addRow.invoke([large, new Float32Array(size).fill(2)]) as { data: Float32Array };
      assert.ok(sum.data.length === 4 * size && sum.data.every((value) => value === 3));
      const none = addRow.invoke([{ data: new Float32Array(), shape: [0, 2] }, row]) as { shape: number[] };
      assert.deepEqual(none.shape, [0, 2]);
    });

    test('images, canvas pixels included', async () => {
      const invert = await open('invert');
      const image = { data: new Uint8ClampedArray([0, 1, 2, 253, 254, 255]), width: 2, height: 1 };
      const expected = { data: new Uint8Array([255, 254, 253, 2, 1, 0]), width: 2, height: 1, channels: 3 };
      assert.deepEqual(invert.invoke([image]), expected);
      const four = { data: new Uint8Array(8), width: 2, height: 1, channels: 4 };
      assert.throws(() => invert.invoke([four]), /expected image RGB.*4 channels instead of 3/);
      assert.throws(() => invert.invoke([{ ...four, channels: 3 }]), /must agree/);
    });

    test('telemetry counts calls, gives them once, and is off by default', async () => {
      const fma = await open('fma');
      fma.invoke([1, 2]);
      assert.deepEqual(fma.drain(), []);
      fma.telemetryMode(1);
      for (let call = 0; call < 40; call++) fma.invoke([1, 2]);
      const [whole, node] = fma.drain();
      assert.equal(whole?.node, 0xffffffff);
      assert.deepEqual([node?.node, node?.calls, node?.samplesNs.length, node?.features], [0, 40, 32, [1]]);
      assert.ok(node && node.minNs <= node.maxNs && node.totalNs >= node.maxNs);
      assert.deepEqual(fma.drain(), []);
      fma.telemetryMode(0);
    });

    test('opens from bytes too', async () => {
      const fma = await openProgram(new Uint8Array(readFileSync(buildProgram('fma', kind))), { target });
      assert.equal(fma.invoke([2, 3]), 6);
    });
  });
}

test('a program for another machine says so', async () => {
  await assert.rejects(openProgram('any', { target: 'ios-arm64' }), /ios-arm64 does not run here/);
  await assert.rejects(openProgram(new Uint8Array([1, 2]), { target: 'wasm32' }), UnsupportedError);
  if (host) await assert.rejects(openProgram(new Uint8Array([1, 2]), { target: host }), ProgramError);
});
