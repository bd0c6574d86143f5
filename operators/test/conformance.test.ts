// Every variant of every operator that this CPU runs, beside NumPy and Pillow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operators, variantsOf } from '@everypath/operators';
import { hostLevel, runPlan } from '../src/harness/build.ts';
import { runsHere } from '../src/harness/host-libraries.ts';
import { planDrivers } from '../src/harness/plan.ts';
import { SPECIFICATIONS } from '../src/harness/specifications.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

test('every variant that this CPU runs agrees with NumPy and Pillow', { timeout: 300_000 }, async (t) => {
  const level = hostLevel();
  const plan = planDrivers(SPECIFICATIONS, architecture, level);
  const sources = plan.units.map(({ source }) => source).join('');
  for (const { name } of operators) {
    for (const variant of variantsOf(name)) {
      if (!runsHere(variant, architecture, level)) continue;
      assert.ok(sources.includes(`"${variant.header}"`), `${variant.header} is in no specification`);
    }
  }
  const verdicts = await runPlan(plan);
  const expected = plan.specs.reduce((count, { drivers }) => count + drivers.length, 0);
  assert.equal(verdicts.length, expected);
  const failed = verdicts.filter(({ worst }) => worst > 1);
  const cases = verdicts.reduce((count, verdict) => count + verdict.cases, 0);
  t.diagnostic(`${verdicts.length} drivers at ${level}, ${cases} cases`);
  assert.deepEqual(
    failed.map(({ spec, variant, note }) => `${spec} / ${variant}: ${note}`),
    [],
  );
});
