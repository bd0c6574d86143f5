// Which cases run under an emulator.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIGHT_BYTES, lightCases } from '../../src/verify/light-cases.ts';
import type { OracleCase } from '../../src/verify/oracle.ts';
import type { Tagged } from '../../src/verify/tagged.ts';

const array = (size: number): Tagged => ({
  kind: 'array',
  dtype: 'uint8',
  shape: [size],
  data: new Uint8Array(size),
});
const one = (index: number, ...given: readonly Tagged[]): OracleCase => ({
  index,
  arguments: given,
  types: given.map(() => null),
  expected: { kind: 'returned', value: { kind: 'none' } },
  resultType: null,
  changed: [],
});
const indices = (cases: readonly OracleCase[]) => lightCases(cases).map(({ index }) => index);

test('large arguments are left out, however they are nested', () => {
  const half: Tagged = { kind: 'tuple', items: [array(LIGHT_BYTES / 2)] };
  assert.deepEqual(indices([one(0), one(1, array(LIGHT_BYTES)), one(2, array(LIGHT_BYTES + 1))]), [0, 1]);
  assert.deepEqual(indices([one(0, half, half), one(1, half, half, array(1))]), [0]);
});

test('where all are large the lightest runs', () => {
  assert.deepEqual(indices([one(0, array(LIGHT_BYTES + 2)), one(1, array(LIGHT_BYTES + 1))]), [1]);
});
