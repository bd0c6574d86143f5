// Runs a C++ file of checks, which prints what is wrong.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { includeDirectories } from '@everypath/operators';

const run = promisify(execFile);

const FLAGS = [
  '-std=c++23',
  '-O1',
  '-stdlib=libc++',
  '-nostdlib++',
  '-fno-exceptions',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unused-function',
];

/** What the checks in `test/NAME.cpp` print. */
export async function runChecks(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-checks-'));
  try {
    const program = join(folder, name);
    const source = join(import.meta.dirname, `${name}.cpp`);
    const includes = includeDirectories.map((directory) => `-I${directory}`);
    await run('clang-19', [...FLAGS, '-x', 'c++', source, ...includes, '-lm', '-lpthread', '-o', program]);
    return (await run(program, [])).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
