// The proof of real variants, natively and in WebAssembly, against CPython; and that a wrong program is caught.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hostTarget } from '@everypath/client';
import { buildFunction, createFrontend, type Frontend } from '@everypath/compiler';
import type { TargetName } from '@everypath/schema';
import { createProgramPool } from '../../src/verify/program-pool.ts';
import { createProver } from '../../src/verify/prover.ts';

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

async function prove(compiled: string, judged: string, targets: readonly TargetName[]) {
  const file = join(folder, 'source.py');
  writeFileSync(file, judged);
  const { module, diagnostics } = await frontend.compileSource({ source: compiled, file });
  assert.ok(module, JSON.stringify(diagnostics));
  const prover = await createProver({ module, file, pool });
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
