// The runner's own loader, on Mach-O images made by hand: right answers, crashes, images that it refuses, arguments
// that a program may not change, the register that Apple keeps. Natively where the processor allows.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { detectDevice } from '@everypath/client';
import { createRunnerBuilder } from '../../src/emulators/build-runner.ts';
import { createMachines, type FoundMachine } from '../../src/emulators/machines.ts';
import { RunnerPool } from '../../src/emulators/runner-pool.ts';
import { EXACT } from '../../src/verify/compare.ts';
import { runElsewhere } from '../../src/verify/run-elsewhere.ts';
import { DOUBLING } from '../verify/doubling-cases.ts';

const LLVM = `${process.env.EVERYPATH_LLVM ?? '/usr/lib/llvm-19'}/bin`;
const cacheDir = join(import.meta.dirname, '../../../.cache/objects');
const include = join(import.meta.dirname, '../../../schema/include');
const folder = mkdtempSync(join(tmpdir(), 'everypath-images-'));
const pool = new RunnerPool({ size: 1 });
const machines = new Map<string, FoundMachine>();

before(async () => {
  const { isaLevel } = await detectDevice();
  const machineFor = createMachines({
    platform: process.platform,
    architecture: process.arch,
    level: isaLevel,
    libraries: [],
    env: process.env,
    builder: createRunnerBuilder(cacheDir, process.env),
  });
  machines.set('x86_64', await machineFor('macos-x86_64', 'x86-64', []));
  machines.set('arm64', await machineFor('macos-arm64', 'armv8-a', []));
});
after(() => {
  pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const description = {
  abi: 1 as const,
  tag: '@test/p',
  file: 'p.py',
  signature: {
    parameters: [{ name: 'x', type: { kind: 'int' as const } }],
    result: { kind: 'int' as const },
  },
  nodes: [],
};
const elsewhere = runElsewhere({ pool, description, cases: DOUBLING, allowance: EXACT });

/** A dylib whose `ep_invoke` is `body`, with other declarations before it. */
function build(name: string, arch: 'x86_64' | 'arm64', body: string, more = ''): string {
  const source = join(folder, `${name}.c`);
  writeFileSync(
    source,
    `#include "everypath.h"
void *malloc(unsigned long); void free(void *); double exp10(double);
${more}
static const char *const texts[] = {${JSON.stringify(JSON.stringify(description))}};
uint32_t ep_abi_version(void) { return EP_ABI_VERSION; }
const char *ep_describe(void) { return texts[0]; }
int32_t ep_invoke(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) { ${body} }
void ep_release(ep_value *value) {}
`,
  );
  const object = join(folder, `${name}.o`);
  const program = join(folder, `${name}.dylib`);
  const compile = [
    `--target=${arch}-apple-macosx13.0`,
    '-ffreestanding',
    '-fno-builtin',
    '-O1',
    '-w',
    `-I${include}`,
  ];
  execFileSync(join(LLVM, 'clang'), [...compile, '-c', source, '-o', object]);
  const link = [
    '-dylib',
    '-arch',
    arch,
    '-platform_version',
    'macos',
    '13.0',
    '13.0',
    '-undefined',
    'dynamic_lookup',
  ];
  execFileSync(join(LLVM, 'ld64.lld'), [...link, object, '-o', program], { stdio: 'pipe' });
  return program;
}

const DOUBLE = 'result->kind = EP_INT; result->as.i = args[0].as.i * 2; return 0;';

async function run(program: string, arch: 'x86_64' | 'arm64') {
  const found = machines.get(arch);
  return found?.kind === 'machine' ? elsewhere.run(found.machine, program) : null;
}

for (const arch of ['x86_64', 'arm64'] as const) {
  test(`${arch}: a right program passes, with its rebased and its bound pointers`, async (t) => {
    const body = `void *room = malloc(16); static int64_t factor = 2; int64_t *volatile where = &factor; free(room);
      result->kind = EP_INT; result->as.i = args[0].as.i * *where; return 0;`;
    const outcome = await run(build(`right-${arch}`, arch, body), arch);
    if (!outcome) return t.skip(JSON.stringify(machines.get(arch)));
    assert.deepEqual(outcome, { cases: 3, passed: 3, worst: 0, failures: [] });
  });

  test(`${arch}: a wrong answer, changed arguments and a strange result are told apart`, async (t) => {
    const wrong = await run(
      build(`wrong-${arch}`, arch, 'result->kind = EP_INT; result->as.i = 4; return 0;'),
      arch,
    );
    if (!wrong) return t.skip(JSON.stringify(machines.get(arch)));
    assert.equal(wrong.passed, 1);
    assert.equal(wrong.failures[0]?.message, 'case 0 (1): CPython returned 2, the program 4');
    const changes = await run(
      build(`changes-${arch}`, arch, `((ep_value *)args)[0].as.i = 7; ${DOUBLE}`),
      arch,
    );
    assert.match(changes?.failures[0]?.message ?? '', /changed its arguments/);
    const strange = await run(build(`strange-${arch}`, arch, 'result->kind = 99; return 0;'), arch);
    assert.match(strange?.failures[0]?.message ?? '', /a value that the C ABI does not know/);
  });

  test(`${arch}: a crash ends that run alone, also a write to code`, async (t) => {
    const crashed = await run(build(`crashes-${arch}`, arch, '*(volatile int *)8 = 1; return 0;'), arch);
    if (!crashed) return t.skip(JSON.stringify(machines.get(arch)));
    assert.match(crashed.failures[0]?.message ?? '', /ended its process \(SIG/);
    const writes = await run(
      build(`writes-${arch}`, arch, '*(volatile int *)(void *)ep_invoke = 1; return 0;'),
      arch,
    );
    assert.match(writes?.failures[0]?.message ?? '', /ended its process \(SIG/);
    assert.equal((await run(build(`again-${arch}`, arch, DOUBLE), arch))?.passed, 3);
  });

  test(`${arch}: what dyld would do and the loader does not is refused, and so is a cut file`, async (t) => {
    const initialiser = '__attribute__((constructor)) static void start(void) { free(0); }';
    const refused = await run(build(`starts-${arch}`, arch, DOUBLE, initialiser), arch);
    if (!refused) return t.skip(JSON.stringify(machines.get(arch)));
    assert.match(refused.failures[0]?.message ?? '', /refuses the program: it has initialisers/);
    const unknown = build(`unknown-${arch}`, arch, `nothing_such(); ${DOUBLE}`, 'void nothing_such(void);');
    const imports = await run(unknown, arch);
    assert.match(imports?.failures[0]?.message ?? '', /it imports what nothing stands in for/);
    const whole = readFileSync(unknown);
    for (const size of [10, 200, 4096]) {
      writeFileSync(unknown, whole.subarray(0, size));
      assert.match((await run(unknown, arch))?.failures[0]?.message ?? '', /refuses the program/);
    }
  });
}

test("arm64: a program that uses x18, which is Apple's own, is found", async (t) => {
  const uses = await run(build('x18', 'arm64', `__asm__ volatile("mov x18, #1"); ${DOUBLE}`), 'arm64');
  if (!uses) return t.skip(JSON.stringify(machines.get('arm64')));
  assert.match(uses.failures[0]?.message ?? '', /used x18/);
});
