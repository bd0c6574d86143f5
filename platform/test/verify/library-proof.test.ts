// The proof of programs that call a library: executed with what is installed, or with a stand-in by definition, and the
// record says which. Every form of product, of both float types, from operands that lie as they come.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hostTarget } from '@everypath/client';
import {
  createFrontend,
  type Frontend,
  openPathLinker,
  type PathLinker,
  publishedText,
} from '@everypath/compiler';
import { LIBRARIES, LIBRARY_NAMES, type LibraryName, type TargetName } from '@everypath/schema';
import { createRunnerBuilder } from '../../src/emulators/build-runner.ts';
import { createMachines } from '../../src/emulators/machines.ts';
import { RunnerPool } from '../../src/emulators/runner-pool.ts';
import { createProver, runnableLevels } from '../../src/verify/prover.ts';
import { openProving, type Proving } from '../../src/verify/proving.ts';

const cacheDir = join(import.meta.dirname, '../../../.cache/objects');
const folder = mkdtempSync(join(tmpdir(), 'everypath-library-proof-'));
let frontend: Frontend;
let linker: PathLinker;
let proving: Proving;

before(async () => {
  frontend = await createFrontend();
  linker = await openPathLinker({ cacheDir });
  proving = await openProving({ cacheDir });
});
after(async () => {
  await Promise.all([frontend.close(), linker.close(), proving.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const source = (dtype: string): string => `
from typing import Annotated
import numpy as np
from numpy.typing import NDArray

def entry(
    a: Annotated[NDArray[np.${dtype}], "n k"],
    b: Annotated[NDArray[np.${dtype}], "k m"],
    x: Annotated[NDArray[np.${dtype}], "k"],
) -> Annotated[NDArray[np.${dtype}], "m"]:
    turned = b.T @ a.T
    rows = (a @ b).T + turned
    stepped = a[:, ::2] @ x[::2] + a[::-1] @ x + a.T.T @ x[::-1]
    return rows @ stepped + x @ b + b.T @ x + np.dot(x, x)

def cases():
    random = np.random.default_rng(7)
    def some(*shape):
        return (random.standard_normal(shape) / 8).astype(np.${dtype})
    sizes = [(7, 4, 9), (33, 65, 18), (1, 1, 1), (3, 0, 2), (0, 3, 2), (2, 3, 0)]
    return [(some(n, k), some(k, m), some(k)) for n, k, m in sizes] + [
        (np.asfortranarray(some(9, 12)), some(12, 20)[:, 3:8], some(24)[::2]),
        (some(3, 4), some(5, 6), some(5)),
    ]
`;

/** The proof of the path that calls the library wherever it may. */
async function proofOf(
  dtype: string,
  target: TargetName,
  library: LibraryName,
  ports: Proving['ports'] = proving.ports,
) {
  const file = join(folder, `${dtype}.py`);
  writeFileSync(file, source(dtype));
  const { module, diagnostics } = await frontend.compileSource({ source: source(dtype), file });
  assert.ok(module, JSON.stringify(diagnostics));
  const prover = await createProver({ module, oracle: { file }, ...ports });
  const irText = publishedText(module);
  const { nodes } = linker.paths(irText, target);
  const path = nodes.map(({ choices }) => (choices.includes(library) ? library : choices[0]!));
  assert.ok(path.filter((name) => name === library).length >= 8, path.join());
  const linked = await linker.link({ irText, target, path, prove: prover.prove });
  assert.deepEqual(prover.disproved, []);
  assert.deepEqual(linked?.variant.libraries, [library]);
  return linked!.variant.proof;
}

for (const library of LIBRARY_NAMES) {
  for (const target of LIBRARIES[library].targets) {
    test(`${target}: programs that call ${LIBRARIES[library].title} give CPython's results`, async (t) => {
      for (const dtype of ['float32', 'float64']) {
        const proof = await proofOf(dtype, target, library);
        if (proof.by.startsWith('structure;')) return t.skip(proof.by);
        assert.equal(proof.how, 'executed', proof.by);
        assert.match(proof.by, new RegExp(LIBRARIES[library].title));
        t.diagnostic(`${dtype}: ${proof.by}, ${proof.cases} cases, worst ${proof.worst.toFixed(2)}`);
      }
    });
  }
}

test('where OpenBLAS is not installed a stand-in takes its place', async (t) => {
  if (hostTarget() !== 'linux-x86_64') return t.skip('programs for Linux on x86-64 run elsewhere here');
  const levels = { ...(await runnableLevels()), libraries: [] };
  const runners = new RunnerPool({ size: 1 });
  t.after(() => runners.close());
  const machineFor = createMachines({
    platform: process.platform,
    architecture: process.arch,
    level: levels.native,
    libraries: levels.libraries,
    env: process.env,
    builder: createRunnerBuilder(cacheDir, process.env),
  });
  const ports = { ...proving.ports, levels, elsewhere: { machineFor, runners } };
  const proof = await proofOf('float32', 'linux-x86_64', 'openblas', ports);
  assert.equal(proof.how, 'executed');
  assert.equal(proof.by, 'natively, stand-in OpenBLAS');
});
