// Every operator's admission but for the timing: all dtypes and variants that this CPU runs, arrays moved in memory,
// and once more under AddressSanitizer and UndefinedBehaviorSanitizer. An operator a test, so that each ends soon.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, hasSanitizers, operators } from '@everypath/operators';

const sanitize = await hasSanitizers();

for (const { name } of operators) {
  test(`${name}: every variant is admitted`, async (t) => {
    if (!sanitize) t.diagnostic('without sanitizers: libclang-rt-19-dev is not installed');
    const admissions = await admit(name, undefined, { sanitize, time: false });
    t.diagnostic(
      `${admissions.length} variants, ${admissions.reduce((sum, { cases }) => sum + cases, 0)} cases`,
    );
    assert.deepEqual(
      admissions.flatMap(({ variant, findings }) =>
        findings.map(({ step, where, detail }) => `${variant}: ${step}: ${where}: ${detail}`),
      ),
      [],
    );
  });
}
