// Which passes a fused chain is cut into, and where what they give lies.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costlyFunctions, emitPasses } from '../../src/emit/fused-passes.ts';
import type { Expression } from '../../src/ir/ir.ts';
import { apply, input } from '../build/module-builder.ts';

const DTYPE = 'float32';
const op = (fn: string, ...args: Expression[]) => apply(fn, DTYPE, ...args);
const literal = (value: number): Expression => ({ kind: 'literal', value, dtype: DTYPE });

const callsOf = (root: Expression): readonly string[] =>
  emitPasses([DTYPE, DTYPE], root).filter((line) => line.includes('block.template'));

test('each costly function has a pass, with the arithmetic before it', () => {
  const root = op(
    'add',
    op('exp', op('negative', op('tanh', input(0)))),
    op('multiply', input(1), literal(2)),
  );
  assert.deepEqual(callsOf(root), [
    'const auto* t0 = block.template pass<Pass0, 0>(x0);',
    'const auto* t1 = block.template pass<Pass1, 1>(t0);',
    'block.template last<Pass2>(out, t1, x1);',
  ]);
  assert.equal(costlyFunctions(root), 2);
  const text = emitPasses([DTYPE, DTYPE], root).join('\n');
  assert.match(
    text,
    /struct Pass1 \{[^}]*exp<float>\(ep::as<float>\(ep::as<float>\(ep::scalar::negative<float>/,
  );
});

test('a costly function at the root is the last pass, and has a vectorised form of its own', () => {
  const root = op('sin', op('exp', input(0)));
  assert.deepEqual(callsOf(root), [
    'const auto* t0 = block.template pass<Pass0, 0>(x0);',
    'block.template last<Pass1>(out, t0);',
  ]);
  const text = emitPasses([DTYPE], root).join('\n');
  assert.equal(text.match(/apply_within\(bool& outside, float x0\)/g)?.length, 1);
});

test('what stands in a chain twice is computed once', () => {
  const shared = op('exp', input(0));
  const root = op('multiply', op('log', op('add', shared, literal(1))), shared);
  assert.equal(costlyFunctions(root), 2);
  assert.deepEqual(callsOf(root), [
    'const auto* t0 = block.template pass<Pass0, 0>(x0);',
    'const auto* t1 = block.template pass<Pass1, 1>(t0);',
    'block.template last<Pass2>(out, t1, t0);',
  ]);
});

test('a place in memory is used again once its last reader has run', () => {
  const chain = op('exp', op('tanh', op('log', op('exp2', input(0)))));
  assert.deepEqual(
    callsOf(chain).flatMap((call) => /pass<Pass\d, (\d)>/.exec(call)?.[1] ?? []),
    ['0', '1', '0'],
  );
});

test('a function of constants alone stays where it is read', () => {
  const root = op('exp', op('multiply', input(0), op('log', literal(2))));
  assert.equal(costlyFunctions(root), 1);
});
