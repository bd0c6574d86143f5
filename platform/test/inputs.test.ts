// Arguments from the command line: numbers, JSON and files into the function's own types.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Image, Tensor } from '@everypath/client';
import type { Parameter, Type } from '@everypath/schema';
import { encode } from 'fast-png';
import { readArguments } from '../src/inputs/arguments.ts';
import { readNpy } from '../src/inputs/npy.ts';
import { sampleInputs } from '../src/inputs/sample-inputs.ts';
import { describeValue, valueToJson } from '../src/inputs/show-value.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-inputs-'));
});
after(() => rm(folder, { recursive: true }));

const parameter = (name: string, type: Type): Parameter => ({ name, type });
const float32 = (...shape: (number | string | null)[]): Type => ({ kind: 'array', dtype: 'float32', shape });

test('numbers, text and JSON become what the signature says', async () => {
  const values = await readArguments(
    ['x=1.5', 'n=3', 'on=true', 'name=hello', 'v=[[1,2],[3,4]]', 'pair=[1,[2,3]]'],
    [
      parameter('x', { kind: 'float' }),
      parameter('n', { kind: 'int' }),
      parameter('on', { kind: 'bool' }),
      parameter('name', { kind: 'str' }),
      parameter('v', float32('n', 2)),
      parameter('pair', { kind: 'tuple', items: [{ kind: 'int' }, { kind: 'list', item: { kind: 'int' } }] }),
    ],
  );
  assert.deepEqual(values, {
    x: 1.5,
    n: 3,
    on: true,
    name: 'hello',
    v: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2], dtype: 'float32' },
    pair: [1, [2, 3]],
  });
});

test('a PNG is an image, or an array where the signature wants one', async () => {
  const file = join(folder, 'tiny.png');
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
  await writeFile(file, encode({ width: 2, height: 1, data, channels: 3, depth: 8 }));
  const asImage = await readArguments(
    [`photo=@${file}`],
    [parameter('photo', { kind: 'image', mode: 'RGB' })],
  );
  const { width, height, channels } = asImage.photo as Image;
  assert.deepEqual([width, height, channels], [2, 1, 3]);
  const uint8: Type = { kind: 'array', dtype: 'uint8', shape: [null, null, 3] };
  const asArray = await readArguments([`photo=@${file}`], [parameter('photo', uint8)]);
  assert.deepEqual((asArray.photo as Tensor).shape, [1, 2, 3]);
  assert.deepEqual([...(asArray.photo as Tensor).data], [1, 2, 3, 4, 5, 6]);
});

test('NumPy files are read as NumPy wrote them', async (t) => {
  const script = `
import numpy, sys
for name, array in {
  'f4': numpy.arange(6, dtype=numpy.float32).reshape(2, 3),
  'i8': numpy.array([1, -2, 2**40]),
  'b1': numpy.array([True, False]),
  'scalar': numpy.array(3.5),
}.items():
  numpy.save(sys.argv[1] + '/' + name + '.npy', array)
numpy.save(sys.argv[1] + '/fortran.npy', numpy.asfortranarray(numpy.ones((2, 3))))
`;
  try {
    execFileSync('/usr/bin/python3', ['-c', script, folder], { stdio: 'pipe' });
  } catch {
    t.skip('no python3 with NumPy');
    return;
  }
  const read = async (name: string, type: Type) =>
    (await readArguments([`a=@${join(folder, name)}.npy`], [parameter('a', type)])).a;
  await Promise.all([
    read('f4', float32(2, 3)).then((value) =>
      assert.deepEqual(value, { data: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] }),
    ),
    read('i8', float32(3)).then((value) =>
      assert.deepEqual(value, { data: BigInt64Array.of(1n, -2n, 2n ** 40n), shape: [3] }),
    ),
    read('b1', float32(2)).then((value) =>
      assert.deepEqual(value, { data: Uint8Array.of(1, 0), shape: [2], dtype: 'bool' }),
    ),
    read('scalar', float32()).then((value) =>
      assert.deepEqual(value, { data: Float64Array.of(3.5), shape: [] }),
    ),
    assert.rejects(read('fortran', float32(2, 3)), /Fortran order/),
  ]);
});

test('what is not a .npy file, or is cut short, is refused', () => {
  assert.throws(() => readNpy(new Uint8Array(100), 'zeros.npy'), /zeros\.npy: not a \.npy file/);
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }";
  const bytes = Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY\u0001\u0000'),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
    Buffer.alloc(8),
  ]);
  assert.throws(() => readNpy(bytes, 'short.npy'), /cut short/);
});

const REFUSED: readonly (readonly [given: readonly string[], says: RegExp])[] = [
  [[], /missing x: float/],
  [['y=1'], /there is no parameter y: the function takes x: float/],
  [['x'], /expected name=value/],
  [['x=one'], /"one" is not a float/],
  [['x=@/nowhere.json'], /cannot read \/nowhere\.json: no such file/],
];
for (const [given, says] of REFUSED) {
  test(`--arg ${given.join(' ')} is refused with a sentence`, async () => {
    await assert.rejects(readArguments(given, [parameter('x', { kind: 'float' })]), says);
  });
}

test('made arguments fit the signature, share named lengths, and are the same each time', () => {
  const parameters = [
    parameter('a', float32('n', 'd')),
    parameter('q', float32('d')),
    parameter('i', { kind: 'image', mode: null }),
  ];
  const made = sampleInputs(parameters);
  assert.equal((made.a as Tensor).shape[1], (made.q as Tensor).shape[0]);
  assert.deepEqual(sampleInputs(parameters), made);
});

test('results are shown short for people and whole for machines', () => {
  const tensor: Tensor = { data: Float32Array.from({ length: 12 }, (_, at) => at), shape: [3, 4] };
  assert.equal(describeValue(tensor), 'float32[3, 4] 0 … 11, mean 5.5');
  assert.deepEqual(valueToJson({ data: Float32Array.of(1, 2), shape: [2] }), {
    dtype: 'float32',
    shape: [2],
    data: [1, 2],
  });
  assert.equal(describeValue([1, 2n, true, null, 'x']), '[1, 2, True, None, "x"]');
  assert.deepEqual(valueToJson(new Map([['a', 1n]])), [['a', 1]]);
});
