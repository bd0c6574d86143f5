// The bounds that vector_math.hpp and vector_math_within.hpp state, measured: float functions over every float, others
// over random arguments; with fused multiply-add and without. About five minutes of processor time.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { includeDirectories } from '@everypath/operators';
import { isaCovers } from '@everypath/schema';
import { hostLevel } from '../src/harness/build.ts';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'vector-math.cpp');

/** Units in the last place: float, double. */
const BOUNDS = {
  exp: [1.1, 1.1],
  exp2: [1.1, 1.1],
  log: [0.8, 0.9],
  tanh: [2.5, 2.7],
  log_within: [0.9, 0.9],
  sin: [2.5, 2.9],
  cos: [2.5, 2.9],
  power: [0.8, 1.3],
  hypot: [0.6, 1.2],
} as const;

const LEVELS = (
  process.arch === 'arm64'
    ? [['armv8-a', 1]]
    : // Without fused multiply-add a third of the floats.
      [
        ['x86-64-v3', 1],
        ['x86-64', 3],
      ]
) as readonly (readonly ['armv8-a' | 'x86-64-v3' | 'x86-64', number])[];

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-vector-math-'));
});
after(() => rm(folder, { recursive: true, force: true }));

for (const [level, step] of LEVELS) {
  const skip = isaCovers(hostLevel(), level) ? false : `this CPU does not run ${level}`;
  test(`vectorised functions keep their bounds at ${level}`, { skip }, async () => {
    const program = join(folder, level);
    const includes = includeDirectories.map((directory) => `-I${directory}`);
    const flags = ['-std=c++23', '-O3', '-ffp-contract=off', '-fno-math-errno', `-march=${level}`];
    await run('clang-19', [...flags, '-x', 'c++', SOURCE, ...includes, '-lm', '-o', program]);
    for (const [name, bounds] of Object.entries(BOUNDS)) {
      const { stdout } = await run(program, [name, String(step), String(20_000_000)]);
      const errors = stdout
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[1]));
      assert.equal(errors.length, 2, stdout);
      errors.forEach((error, index) => {
        assert.ok(error <= bounds[index]!, `${name}: ${stdout}`);
      });
    }
  });
}
