// Memory from one call to the next.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChecks } from './run-checks.ts';

test('a program keeps what its calls used, within a bound, until it is to give it back', {
  timeout: 120_000,
}, async () => {
  assert.equal(await runChecks('kept-blocks'), '');
});
