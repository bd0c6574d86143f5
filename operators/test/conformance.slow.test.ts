// The same cases for every dtype and variant, and once more with undefined behaviour trapped.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostLevel, runPlan } from '../src/harness/build.ts';
import { planDrivers } from '../src/harness/plan.ts';
import { SPECIFICATIONS } from '../src/harness/specifications.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

const failures = async (thorough: boolean, flags: readonly string[]): Promise<readonly string[]> => {
  const plan = planDrivers(SPECIFICATIONS, architecture, hostLevel(), thorough);
  const verdicts = await runPlan(plan, { flags });
  assert.equal(
    verdicts.length,
    plan.specs.reduce((count, { drivers }) => count + drivers.length, 0),
  );
  return verdicts
    .filter(({ worst }) => worst > 1)
    .map(({ spec, variant, note }) => `${spec} / ${variant}: ${note}`);
};

test('every dtype and variant agrees with NumPy and Pillow', async () => {
  assert.deepEqual(await failures(true, []), []);
});

test('no variant runs into undefined behaviour', async () => {
  const traps = ['-O1', '-fsanitize=undefined', '-fno-sanitize=alignment', '-fsanitize-trap=undefined'];
  assert.deepEqual(await failures(false, traps), []);
});
