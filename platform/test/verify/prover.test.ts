// The proof of real variants, natively and in WebAssembly, against CPython; and that a wrong program is caught.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hostTarget } from '@everypath/client';
import { buildFunction, createFrontend, type Frontend } from '@everypath/compiler';
import type { TargetName } from '@everypath/schema';
import { findChromium } from '../../src/chromium.ts';
import { RunnerPool } from '../../src/emulators/runner-pool.ts';
import { createProgramPool } from '../../src/verify/program-pool.ts';
import { createProver, type ProverOptions } from '../../src/verify/prover.ts';
import { openProving } from '../../src/verify/proving.ts';

const cacheDir = join(import.meta.dirname, '../../../.cache/objects');
const folder = mkdtempSync(join(tmpdir(), 'everypath-prover-'));
const pool = createProgramPool();
let frontend: Frontend;

before(async () => {
  frontend = await createFrontend();
});
after(async () => {
  await Promise.all([frontend.close(), pool.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const SOURCE = `
def entry(a: int, b: float) -> float:
    if a == 3:
        raise ValueError(f"three")
    return a * b - 0.5

CASES = [(1, 0.1), (2, -3.0), (3, 1.0), (4, float("nan"))]
`.replace('f"three"', '"three"');

async function prove(
  compiled: string,
  judged: string,
  targets: readonly TargetName[],
  ports: Pick<ProverOptions, 'pool' | 'elsewhere' | 'browser'> = { pool },
) {
  const file = join(folder, 'source.py');
  writeFileSync(file, judged);
  const { module, diagnostics } = await frontend.compileSource({ source: compiled, file });
  assert.ok(module, JSON.stringify(diagnostics));
  const prover = await createProver({ module, oracle: { file }, ...ports });
  const result = await buildFunction(module, { targets, cacheDir, prove: prover.prove });
  return { prover, variants: result.publication.variants };
}

test('each variant for this machine and for WebAssembly is executed on every case', async () => {
  const host = hostTarget();
  const { prover, variants } = await prove(SOURCE, SOURCE, host ? [host, 'wasm32'] : ['wasm32']);
  assert.ok(variants.length >= (host ? 2 : 1));
  assert.deepEqual(prover.disproved, []);
  for (const { proof } of variants) assert.deepEqual([proof.how, proof.cases], ['executed', 4]);
});

test('a program for another system is left to inspection', async () => {
  const { variants } = await prove(SOURCE, SOURCE, ['windows-arm64']);
  for (const { proof } of variants) assert.equal(proof.how, 'inspected');
});

test('a program that answers otherwise than CPython is disproved, with the case', async () => {
  const { prover, variants } = await prove(SOURCE, SOURCE.replace('- 0.5', '+ 0.5'), ['wasm32']);
  assert.equal(prover.disproved.length, variants.length);
  assert.match(prover.disproved[0]?.reason ?? '', /case 0 \(1, 0\.1\): CPython has 0\.6, the program -0\.4/);
  for (const { proof } of variants) assert.equal(proof.how, 'unproven');
});

test('on x86-64 a program for macOS is executed too, and WebAssembly in Chromium where there is one', async (t) => {
  if (hostTarget() !== 'linux-x86_64') return t.skip('only Linux on x86-64 runs the code of macOS on x86-64');
  const browser = findChromium(process.env) !== null;
  const proving = await openProving({ cacheDir, browser });
  t.after(() => proving.close());
  const { prover, variants } = await prove(SOURCE, SOURCE, ['macos-x86_64', 'wasm32'], proving.ports);
  assert.deepEqual(prover.disproved, []);
  for (const { target, isaLevel, proof } of variants) {
    if (target === 'macos-x86_64' && proof.by.startsWith('structure')) continue; // a level that nothing here has
    assert.deepEqual([proof.how, proof.cases], ['executed', 4], `${target} ${isaLevel}: ${proof.by}`);
    const by = target === 'wasm32' ? (browser ? /^node \d+, chromium \d+$/ : /^node \d+$/) : /Mach-O loader$/;
    assert.match(proof.by, by);
  }
  const wrong = await prove(SOURCE, SOURCE.replace('- 0.5', '+ 0.5'), ['macos-x86_64'], proving.ports);
  assert.match(wrong.prover.disproved[0]?.reason ?? '', /CPython has 0\.6, the program -0\.4/);
});

test('a machine that is missing is named in the proof', async () => {
  const { variants } = await prove(SOURCE, SOURCE, ['macos-x86_64'], {
    pool,
    elsewhere: {
      machineFor: async () => ({ kind: 'missing', reason: 'install qemu-user to execute it' }),
      runners: new RunnerPool({ size: 1 }),
    },
  });
  for (const { proof } of variants)
    assert.deepEqual([proof.how, proof.by], ['inspected', 'structure; install qemu-user to execute it']);
});
