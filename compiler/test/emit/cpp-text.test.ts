// Text from Python files cannot leave the literals and comments that it is put into.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defineConstant, floatLiteral, integerLiteral } from '../../src/emit/cpp-literal.ts';
import { commentText, cppString, identifier, lineDirective } from '../../src/emit/cpp-text.ts';

test('a string literal holds no quote, backslash or line end but its own escapes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const literal = cppString(text);
      assert.match(literal, /^"(?:[A-Za-z0-9 _.,:;()[\]{}<>=+*/'!@#&|~^$-]|\\[0-7]{3})*"$/);
      assert.equal(readOctal(literal), Buffer.from(text, 'utf8').toString('latin1'));
    }),
    { seed: 20261121, numRuns: 300 },
  );
});

const readOctal = (literal: string): string =>
  literal
    .slice(1, -1)
    .replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

test('file names and comments stay on their line', () => {
  assert.equal(
    lineDirective({ line: 7, column: 0, endLine: 7, endColumn: 1 }, '/a b/"x\n#include <y>.py'),
    '#line 7 "_x__include__y_.py"',
  );
  assert.equal(commentText('a*/b\\\nc'), 'a_b__c');
  assert.throws(() => identifier('x); evil('), TypeError);
});

test('numbers keep every bit', () => {
  assert.equal(floatLiteral(0.1), '0.1');
  assert.equal(floatLiteral(-0), '(-0.0)');
  assert.equal(floatLiteral(1e300), '1e+300');
  assert.equal(floatLiteral(Number.NEGATIVE_INFINITY), '(-__builtin_inf())');
  assert.equal(integerLiteral(-(2n ** 63n)), '(-9223372036854775807LL - 1)');
  assert.throws(() => integerLiteral(2n ** 64n), RangeError);
});

test('an array constant becomes a table that the array borrows', () => {
  const lines = defineConstant(
    'v1',
    { kind: 'array', dtype: 'float32', shape: [2] },
    { array: { dtype: 'float32', shape: [2], data: [0.5, 2] } },
  );
  assert.equal(lines[0], 'static constexpr float v1_data[] = {float(0.5), float(2.0)};');
  assert.ok(lines.includes('v1.shape[0] = 2LL;'));
});
