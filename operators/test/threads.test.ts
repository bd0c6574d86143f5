// Fork and join within a call: tasks run once, answers do not depend on the number of threads, failures to start one
// change nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { includeDirectories, operators, variantsOf } from '@everypath/operators';

const run = promisify(execFile);

test('every task runs once, whatever threads there are', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-threads-'));
  try {
    const program = join(folder, 'threads');
    const includes = includeDirectories.map((directory) => `-I${directory}`);
    const flags = [
      '-std=c++23',
      '-O1',
      '-stdlib=libc++',
      '-nostdlib++',
      '-fno-exceptions',
      '-Wall',
      '-Wextra',
      '-Werror',
    ];
    const source = join(import.meta.dirname, 'threads.cpp');
    await run('clang-19', [
      ...flags,
      '-Wno-unused-function',
      '-x',
      'c++',
      source,
      ...includes,
      '-lm',
      '-lpthread',
      '-o',
      program,
    ]);
    const { stdout } = await run(program, []);
    assert.equal(stdout, '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
