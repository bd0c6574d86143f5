// What the operators benchmark says about its variants, on made-up times.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatorVariant } from '@everypath/operators';
import type { IsaLevel } from '@everypath/schema';
import { geometricMean } from './geometric-mean.ts';
import { type Answer, bestAt, choicesAt, spreadOf } from './spread.ts';

const variant = (name: string, algorithm: string, level: IsaLevel): OperatorVariant => ({
  operator: 'o',
  name,
  algorithm,
  reference: false,
  header: '',
  summary: '',
  source: '',
  isa: { x86_64: level },
  flags: [],
});
const answer = (name: string, plain: number, plainWide: number, other: number): Answer => ({
  group: 'g',
  name,
  variants: [
    { variant: variant('plain', 'plain', 'x86-64'), ns: plain },
    { variant: variant('plain_wide', 'plain', 'x86-64-v3'), ns: plainWide },
    { variant: variant('other', 'other', 'x86-64'), ns: other },
  ],
});

test('a level chooses among the best forms of its algorithms', () => {
  const one = answer('small', 10, 2, 5);
  assert.deepEqual(
    choicesAt(one, 'x86-64-v3', 'x86_64').map((each) => each.variant.name),
    ['plain_wide', 'other'],
  );
  assert.equal(bestAt(one, 'x86-64-v2', 'x86_64').variant.name, 'other');
  assert.equal(bestAt(one, 'x86-64-v3', 'x86_64').variant.name, 'plain_wide');
});

test('the spread counts where the best algorithm changes', () => {
  const spread = spreadOf(
    [answer('small', 10, 2, 5), answer('large', 40, 30, 10)],
    ['x86-64', 'x86-64-v3'],
    'x86_64',
  );
  assert.deepEqual(spread, { widest: 3, bySize: 1, sizeSteps: 1, byLevel: 1, levelSteps: 2 });
});

test('a library, timed on the processor that is there, counts at the highest level alone', () => {
  const library = { ...variant('openblas', 'openblas', 'x86-64'), library: 'openblas' as const };
  const one = answer('small', 10, 2, 5);
  const both = { ...one, variants: [...one.variants, { variant: library, ns: 1 }] };
  const { widest, byLevel } = spreadOf([both], ['x86-64', 'x86-64-v2', 'x86-64-v3'], 'x86_64');
  // other, other, openblas
  assert.deepEqual([widest, byLevel], [5, 1]);
});

test('twice as fast and half as fast cancel', () => {
  assert.ok(Math.abs(geometricMean([2, 0.5]) - 1) < 1e-12);
});
