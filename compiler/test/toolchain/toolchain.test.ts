// Stub libraries' text, command lines that name no path, digests that follow includes, the job pool.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ISA_LEVELS, TARGETS } from '@everypath/schema';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { codeFlags } from '../../src/toolchain/compile-command.ts';
import { createHeaderDigests } from '../../src/toolchain/header-digest.ts';
import { createJobPool } from '../../src/toolchain/job-pool.ts';
import { parseSymbols, stubText } from '../../src/toolchain/stub-text.ts';

test('stub libraries are text of each format', () => {
  const text = (name: keyof typeof TARGET_TOOLCHAINS) => {
    const target = TARGET_TOOLCHAINS[name];
    return stubText(target, target.stubs[0]!, ['malloc', 'free', 'malloc']);
  };
  assert.match(text('linux-x86_64'), /SoName: libc\.so\.6[\s\S]*Name: free[\s\S]*Name: malloc/);
  assert.equal(text('windows-arm64'), 'LIBRARY ucrtbase.dll\nEXPORTS\n  free\n  malloc\n');
  assert.match(text('ios-arm64'), /arm64-ios[\s\S]*symbols: \[ _free, _malloc \]/);
  assert.deepEqual(parseSymbols('# a comment\nsin cos\n\ntan\n'), ['sin', 'cos', 'tan']);
});

test('flags that decide the bytes name no path, forbid contraction and know every level', () => {
  for (const target of Object.values(TARGET_TOOLCHAINS)) {
    for (const isa of ISA_LEVELS[TARGETS[target.name].architecture]) {
      const flags = codeFlags({ target, isa, flags: [] });
      assert.ok(flags.includes('-ffp-contract=off'));
      assert.deepEqual(
        flags.filter((flag) => flag.includes('/')),
        [],
      );
    }
  }
  assert.throws(() => codeFlags({ target: TARGET_TOOLCHAINS.wasm32, isa: 'x86-64', flags: [] }), RangeError);
});

test('a digest follows quoted includes and changes with any of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-headers-'));
  try {
    await writeFile(join(folder, 'a.hpp'), '#include "b.hpp"\n');
    await writeFile(join(folder, 'b.hpp'), '#pragma once\n');
    await writeFile(join(folder, 'c.hpp'), '\n');
    const digest = () => createHeaderDigests([folder]).ofText('#include "a.hpp"\n');
    const before = digest();
    await writeFile(join(folder, 'c.hpp'), 'int unrelated;\n');
    assert.equal(digest(), before);
    await writeFile(join(folder, 'b.hpp'), 'int changed;\n');
    assert.notEqual(digest(), before);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a pool runs its limit at once, urgent jobs first, and goes on after a failure', async () => {
  const pool = createJobPool(2);
  const order: string[] = [];
  let running = 0;
  const job = (name: string) => async () => {
    assert.ok(++running <= 2);
    order.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    if (name === 'fails') throw new Error(name);
  };
  await Promise.allSettled([
    pool.run(0, job('a')),
    pool.run(0, job('fails')),
    pool.run(0, job('c')),
    pool.run(1, job('urgent')),
  ]);
  assert.deepEqual(order, ['a', 'fails', 'urgent', 'c']);
});
