// Programs that call a library of the system: they import it, their variants say so, and inspection refuses the same
// import in any other program.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { LIBRARIES, type LibraryName, publicationSchema, type Variant } from '@everypath/schema';
import type { BuildResult } from '../../src/build/build-types.ts';
import { buildFunction } from '../../src/build-function.ts';
import { inspectionFaults } from '../../src/inspect/inspect-program.ts';
import { openPathLinker } from '../../src/path-linker.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { productModule } from './modules.ts';

const CALLERS = {
  'macos-arm64': 'accelerate',
  'macos-x86_64': 'accelerate',
  'ios-arm64': 'accelerate',
  'linux-x86_64': 'openblas',
  'linux-arm64': 'openblas',
} as const satisfies Partial<Record<Variant['target'], LibraryName>>;
const targets = Object.keys(CALLERS) as (keyof typeof CALLERS)[];
const cacheDir = join(import.meta.dirname, '../../../.cache/objects');
let built: BuildResult;

before(async () => {
  built = await buildFunction(productModule(), { cacheDir, targets });
});

const bytesOf = (variant: Variant) => readFile(built.files.get(variant.id)!);
const callers = () => built.publication.variants.filter(({ libraries }) => libraries);

test('each target has one path that calls its library, inspected with it', () => {
  publicationSchema.parse(built.publication);
  for (const target of targets) {
    assert.ok(LIBRARIES[CALLERS[target]].targets.includes(target));
    const own = callers().filter((variant) => variant.target === target);
    assert.deepEqual(
      own.map(({ path, libraries, proof }) => ({ path, libraries, how: proof.how })),
      [{ path: [CALLERS[target]], libraries: [CALLERS[target]], how: 'inspected' }],
    );
  }
});

test('the import of a library is refused in a program without a variant that calls it', async () => {
  for (const variant of callers()) {
    const target = TARGET_TOOLCHAINS[variant.target];
    const [library] = variant.libraries!;
    const bytes = await bytesOf(variant);
    assert.deepEqual(inspectionFaults(target, bytes, { kernels: 1, libraries: [library!] }), []);
    const faults = inspectionFaults(target, bytes, { kernels: 1 });
    assert.ok(faults.includes('imports cblas_sgemm'), faults.join());
    assert.ok(faults.includes(`needs ${target.libraries![library!]!.library}`), faults.join());
  }
});

test('no other program names the library', async () => {
  for (const variant of built.publication.variants.filter(({ libraries }) => !libraries)) {
    const bytes = await bytesOf(variant);
    assert.ok(!/cblas|Accelerate|openblas/i.test(bytes.toString('latin1')), variant.path.join());
  }
});

test('what competes on a device leaves out what it has not installed', async () => {
  const linker = await openPathLinker({ cacheDir });
  try {
    const choices = (target: (typeof targets)[number], installed: readonly LibraryName[]) =>
      linker.paths(built.publication.irText, target).choicesAt('x86-64-v3', installed)[0]!;
    assert.ok(!choices('linux-x86_64', []).includes('openblas'));
    assert.ok(choices('linux-x86_64', ['openblas']).includes('openblas'));
    assert.ok(choices('macos-x86_64', []).includes('accelerate'));
  } finally {
    await linker.close();
  }
});
