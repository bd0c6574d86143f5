// Every program in compiler/cases/programs is compiled for this machine and run beside CPython by `everypath verify`:
// what the front end means must be what CPython does, values and exceptions alike.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../cases/programs/', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../platform/src/main.ts', import.meta.url));

test('programs agree with CPython', async () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.py'));
  assert.ok(files.length > 0);
  const output = await new Promise<string>((resolve) => {
    const args = [COMMAND, 'verify', ...files.map((name) => FOLDER + name), '--json'];
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (_error, stdout) => resolve(stdout));
  });
  const reports = output
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { readonly file: string; readonly status: string; readonly reason?: string },
    );
  assert.deepEqual(
    reports.filter((report) => report.status !== 'pass'),
    [],
  );
  assert.equal(reports.length, files.length);
});
