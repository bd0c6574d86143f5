// What the head of a variant's file may say of a library.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVariant, takesTypes } from '@everypath/operators';
import { LIBRARIES } from '@everypath/schema';

const parse = (...lines: readonly string[]) =>
  parseVariant(
    'numpy.matmul',
    'ops/matmul/test.hpp',
    ['@variant test', '@summary A test.', '@source None.', '@isa any', ...lines]
      .map((line) => `// ${line}\n`)
      .join(''),
  );

test('a library limits a variant to its targets, of which @targets may name some', () => {
  assert.equal(parse()?.library, undefined);
  assert.equal(parse()?.targets, undefined);
  const accelerate = parse('@library accelerate');
  assert.deepEqual([accelerate?.library, accelerate?.targets], ['accelerate', LIBRARIES.accelerate.targets]);
  assert.deepEqual(parse('@library openblas', '@targets linux-arm64')?.targets, ['linux-arm64']);
  assert.throws(() => parse('@library openblas', '@targets macos-arm64'), /not a target of openblas/);
  assert.throws(() => parse('@library mkl'), /@library mkl is not one of accelerate, openblas/);
  assert.throws(() => parse('@targets amiga'), /which is not a target/);
});

test('@types matches by name, by rank and by kind', () => {
  const takes = (types: string, ...keys: readonly string[]) => takesTypes({ types: types.split(',') }, keys);
  assert.ok(takes('*_2,*_2', 'int32_2', 'float64_2'));
  assert.ok(!takes('*_2,*_2', 'int32_2', 'float64_1'));
  assert.ok(takes('float*,float*', 'float32_1', 'float32_2'));
  assert.ok(!takes('float*,float*', 'int32_1', 'int32_2'));
  assert.ok(!takes('image', 'images') && takes('image', 'image', 'int'));
});
