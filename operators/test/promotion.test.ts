// NumPy 1.24's result types, each checked against that release by hand; symbols and refusals, which NumPy has none of.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  broadcastShapes,
  type Operand,
  parseVariant,
  resolveCall,
  resolveSubscript,
  resultDtype,
} from '@everypath/operators';
import type { Dtype } from '@everypath/schema';

const array = (dtype: Dtype): Operand => ({ type: { kind: 'array', dtype, shape: ['n'] } });
const scalar = (dtype: Dtype): Operand => ({ type: { kind: 'scalar', dtype } });
const int = (constant?: number): Operand => ({
  type: { kind: 'int' },
  ...(constant === undefined ? {} : { constant }),
});
const float = (constant?: number): Operand => ({
  type: { kind: 'float' },
  ...(constant === undefined ? {} : { constant }),
});

test('arrays and scalars promote as in NumPy', () => {
  const cases: readonly [readonly Operand[], Dtype][] = [
    [[array('uint8'), int(2)], 'uint8'],
    [[array('uint8'), int(300)], 'uint16'],
    [[array('uint8'), int(-1)], 'int16'],
    [[array('int8'), int(200)], 'int16'],
    [[array('int32'), int(2 ** 31)], 'int64'],
    [[array('uint8'), float(2)], 'float64'],
    [[array('float32'), float(0.5)], 'float32'],
    [[array('float32'), float()], 'float32'],
    [[array('float32'), float(1e39)], 'float64'],
    [[array('float32'), int(1000)], 'float32'],
    [[array('float32'), int(100000)], 'float64'],
    [[array('float32'), scalar('float64')], 'float32'],
    [[scalar('float32'), float(2)], 'float64'],
    [[array('bool'), int(1)], 'int64'],
    [[array('int64'), array('float32')], 'float64'],
    [[array('int64'), scalar('float32')], 'float64'],
    [[array('int32'), array('uint32')], 'int64'],
    [[array('int64'), array('uint64')], 'float64'],
    [[array('int64'), int()], 'int64'],
  ];
  for (const [operands, dtype] of cases) assert.equal(resultDtype(operands), dtype, JSON.stringify(operands));
});

test('a dtype that a value would decide is refused', () => {
  const result = resultDtype([array('int8'), int()]);
  assert.ok(typeof result === 'object' && /depends on the value/.test(result.message));
});

test('shapes of symbols broadcast', () => {
  assert.deepEqual(broadcastShapes([['n', 3], [3]]), ['n', 3]);
  assert.deepEqual(
    broadcastShapes([
      ['n', 1],
      [1, 'm'],
    ]),
    ['n', 'm'],
  );
  assert.deepEqual(broadcastShapes([['n'], ['m']]), [null]);
  assert.deepEqual(broadcastShapes([['n'], [4]]), [4]);
  assert.ok('hint' in broadcastShapes([[3], [4]]));
});

test('calls resolve to maps, kernels, primitives and refusals', () => {
  const call = (callee: string, ...args: Operand[]) => resolveCall({ callee, args, kwargs: {} });
  const divided = call('operator.truediv', array('uint8'), float(255));
  assert.ok(divided.kind === 'map' && divided.compute === 'float64');
  const compared = call('operator.lt', array('float32'), float(0));
  assert.ok(compared.kind === 'map' && compared.result.kind === 'array' && compared.result.dtype === 'bool');
  const product = call('operator.matmul', array('float32'), array('float32'));
  assert.ok(product.kind === 'kernel' && product.results[0]!.kind === 'scalar');
  assert.equal(call('operator.sub', array('bool'), array('bool')).kind, 'error');
  assert.equal(call('numpy.nothing').kind, 'error');
  const first = resolveSubscript(array('float64'), [{ kind: 'value', operand: int(0) }]);
  assert.ok(first.kind === 'primitive' && first.result.kind === 'scalar' && first.raises);
});

test('front matter is read strictly', () => {
  const text =
    '// @variant one\n// @summary s\n// @source t\n// @isa x86_64=x86-64-v3,arm64=armv8-a\n#pragma once\n';
  assert.deepEqual(parseVariant('op', 'ops/op/one.hpp', text)?.isa, {
    x86_64: 'x86-64-v3',
    arm64: 'armv8-a',
  });
  assert.equal(parseVariant('op', 'ops/op/features.hpp', '// about\n#pragma once\n'), undefined);
  assert.throws(() => parseVariant('op', 'h', '// @variant one\n// @sumary s\n'), /unknown @sumary/);
  assert.throws(() => parseVariant('op', 'h', text.replace('x86-64-v3', 'avx')), /not architecture=level/);
});
