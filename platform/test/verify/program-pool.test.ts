// The pool that runs programs elsewhere: answers, crashes, hangs. The programs are C by hand, on the real ABI.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hostTarget } from '@everypath/client';
import { EXACT } from '../../src/verify/compare.ts';
import { createProgramPool } from '../../src/verify/program-pool.ts';
import { DOUBLING } from './doubling-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'everypath-pool-'));
const include = join(import.meta.dirname, '../../../schema/include');
const target = hostTarget() ?? 'linux-x86_64';
const pool = createProgramPool({ size: 1 });
after(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const SIGNATURE =
  '{"abi":1,"tag":"@test/p","file":"p.py","signature":{"parameters":[{"name":"x","type":{"kind":"int"}}],' +
  '"result":{"kind":"int"}},"nodes":[]}';

function build(name: string, body: string): string {
  const source = join(folder, `${name}.c`);
  const text = `#include "everypath.h"
#include <string.h>
uint32_t ep_abi_version(void) { return EP_ABI_VERSION; }
const char *ep_describe(void) { return ${JSON.stringify(SIGNATURE)}; }
int32_t ep_invoke(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) { ${body} }
void ep_release(ep_value *value) {}
void *ep_alloc(uint64_t size) { return 0; }
void ep_free(void *pointer) {}
void ep_telemetry_mode(uint32_t mode) {}
uint32_t ep_telemetry_drain(ep_probe_record *out, uint32_t capacity) { return 0; }
`;
  writeFileSync(source, text);
  const library = join(folder, `${name}.so`);
  execFileSync('clang-19', ['-shared', '-fPIC', '-O1', '-w', `-I${include}`, source, '-o', library]);
  return library;
}

const run = (file: string) => pool.run({ file, target, cases: DOUBLING, allowance: EXACT });

test('a right program passes every case', async () => {
  const outcome = await run(
    build('right', 'result->kind = EP_INT; result->as.i = args[0].as.i * 2; return 0;'),
  );
  assert.deepEqual(outcome, { cases: 3, passed: 3, worst: 0, failures: [] });
});

test('a wrong answer is a mismatch that names the case', async () => {
  const outcome = await run(build('wrong', 'result->kind = EP_INT; result->as.i = 4; return 0;'));
  assert.equal(outcome.passed, 1);
  assert.equal(outcome.failures[0]?.kind, 'mismatch');
  assert.equal(outcome.failures[0]?.message, 'case 0 (1): CPython returned 2, the program 4');
});

test('an exception that CPython does not raise is a mismatch, with its line', async () => {
  const body =
    'error->status = EP_RAISED; strcpy(error->type, "ValueError"); strcpy(error->message, "no");' +
    'error->frame_count = 1; error->frames[0].line = 7; return EP_RAISED;';
  const outcome = await run(build('raises', body));
  assert.equal(outcome.failures[0]?.line, 7);
  assert.match(
    outcome.failures[0]?.message ?? '',
    /CPython returned a value, the program raised ValueError: no/,
  );
});

test('a value beyond 64 bits is unsupported, not wrong', async () => {
  const outcome = await run(build('beyond', 'error->status = EP_UNSUPPORTED; return EP_UNSUPPORTED;'));
  assert.equal(outcome.failures[0]?.kind, 'unsupported');
});

test('a program that crashes is a failed run, and the pool goes on', async () => {
  const crashed = await run(build('crashes', '*(volatile int *)8 = 1; return 0;'));
  assert.match(crashed.failures[0]?.message ?? '', /ended its process \(SIG/);
  const next = await run(build('next', 'result->kind = EP_INT; result->as.i = args[0].as.i * 2; return 0;'));
  assert.equal(next.passed, 3);
});

test('a program that hangs is stopped, and the pool goes on', async () => {
  // The limit counts from when the process has taken the program on; a right one needs a hundredth of it.
  const impatient = createProgramPool({ size: 1, timeoutMs: 4000 });
  const file = build('hangs', 'for (;;) __asm__ volatile(""); return 0;');
  const hung = await impatient.run({ file, target, cases: DOUBLING, allowance: EXACT });
  assert.match(hung.failures[0]?.message ?? '', /did not finish within 4 s/);
  const right = join(folder, 'right.so');
  assert.equal((await impatient.run({ file: right, target, cases: DOUBLING, allowance: EXACT })).passed, 3);
  await impatient.close();
});

test('a file that is no program is an error', async () => {
  const file = join(folder, 'text.so');
  writeFileSync(file, 'not a library');
  const outcome = await run(file);
  assert.equal(outcome.failures[0]?.kind, 'error');
});
