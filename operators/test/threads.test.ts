// Fork and join within a call: tasks run once, answers do not depend on the number of threads, failures to start one
// change nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operators, variantsOf } from '@everypath/operators';
import { runChecks } from './run-checks.ts';

test('every task runs once, whatever threads there are', { timeout: 120_000 }, async () => {
  assert.equal(await runChecks('threads'), '');
});

test('threads are algorithms of their own, and not for WebAssembly', () => {
  for (const { name } of operators) {
    const variants = variantsOf(name);
    for (const variant of variants.filter(({ threads }) => threads)) {
      assert.equal(variant.isa.wasm32, undefined, variant.header);
      const same = variants.filter(({ algorithm }) => algorithm === variant.algorithm);
      assert.ok(
        same.every(({ threads }) => threads),
        `${variant.header} shares its algorithm with one without threads`,
      );
    }
  }
});
