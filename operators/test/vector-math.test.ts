// Special arguments of the functions that are vectorised for most arguments: answered as libm does, or called outside.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { includeDirectories } from '@everypath/operators';
import { isaCovers } from '@everypath/schema';
import { hostLevel } from '../src/harness/build.ts';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'vector-math-special.cpp');

for (const level of process.arch === 'arm64'
  ? (['armv8-a'] as const)
  : (['x86-64', 'x86-64-v3', 'x86-64-v4'] as const)) {
  const skip = isaCovers(hostLevel(), level) ? false : `this CPU does not run ${level}`;
  test(`special arguments at ${level}`, { skip, timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'everypath-vector-math-'));
    try {
      const program = join(folder, 'special');
      const includes = includeDirectories.map((directory) => `-I${directory}`);
      const flags = ['-std=c++23', '-O3', '-ffp-contract=off', '-fno-math-errno', `-march=${level}`];
      await run('clang-19', [...flags, '-x', 'c++', SOURCE, ...includes, '-lm', '-o', program]);
      const { stdout } = await run(program);
      assert.match(stdout, /^compared \d{4,}\n$/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
