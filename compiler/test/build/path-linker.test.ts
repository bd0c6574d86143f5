// A path linked on demand is the program that a build gives, byte for byte, under the same name; it needs no compile
// when the objects are in the store, and the text that was published is enough.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { BuildResult } from '../../src/build/build-types.ts';
import { buildFunction } from '../../src/build-function.ts';
import { openPathLinker, type PathLinker } from '../../src/path-linker.ts';
import { mixModule } from './modules.ts';

let folder = '';
let linker: PathLinker;
let built: BuildResult;
const target = 'linux-x86_64';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-linker-'));
  const cacheDir = join(folder, 'cache');
  built = await buildFunction(mixModule(), { cacheDir, targets: [target], budget: 4 });
  linker = await openPathLinker({ cacheDir });
});
after(async () => {
  await linker?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a path that the build had is the same variant, and nothing is made again', async () => {
  const { irText, variants } = built.publication;
  for (const variant of variants) {
    const linked = await linker.link({ irText, target, path: variant.path });
    assert.deepEqual(linked?.variant, variant);
    assert.deepEqual([linked?.compiles, linked?.links], [0, 0]);
    assert.deepEqual(await readFile(linked!.file), await readFile(built.files.get(variant.id)!));
  }
});

test('every other path is one link away, under the name it had before, and proven when asked', async () => {
  const { irText, variants } = built.publication;
  const paths = linker.paths(irText, target);
  assert.ok(paths.total > BigInt(variants.length));
  const known = new Set(variants.map(({ id }) => id));
  const compiled = new Set(variants.flatMap(({ path }) => path.map((name, node) => `${node} ${name}`)));
  let number = 0n;
  while (known.has(paths.at(number)!.id)) number++;
  const named = paths.at(number)!;
  assert.equal(paths.at(named.path)?.number, number);
  const asked: string[] = [];
  const linked = await linker.link({
    irText,
    target,
    path: number,
    prove: async (variant) => {
      asked.push(variant.id);
      return { how: 'executed', by: 'here', cases: 1, worst: 0 };
    },
  });
  assert.deepEqual([linked?.variant.id, linked?.number, linked?.links], [named.id, number, 1]);
  const missing = named.path.filter((name, node) => !compiled.has(`${node} ${name}`));
  assert.equal(linked?.compiles, missing.length);
  assert.deepEqual([linked?.variant.proof.how, asked], ['executed', [named.id]]);
  // The same as a build of everything gives it.
  const all = await buildFunction(mixModule(), { cacheDir: join(folder, 'cache'), targets: [target] });
  const same = all.publication.variants.find(({ id }) => id === named.id);
  assert.equal(same?.sha256, linked?.variant.sha256);
});

test('an object that rots while the service runs is made again', async () => {
  const { irText, variants } = built.publication;
  const first = await linker.link({ irText, target, path: variants[0]!.path });
  await truncate(first!.file, 100);
  const again = await linker.link({ irText, target, path: variants[0]!.path });
  assert.equal(again?.variant.sha256, first?.variant.sha256);
  assert.equal((await readFile(again!.file)).length, first?.variant.sizeBytes);
});

test('a path that does not exist is no path', async () => {
  const { irText } = built.publication;
  const { total } = linker.paths(irText, target);
  for (const path of [total, -1n, ['one'], ['a', 'b', 'c', 'd']])
    assert.equal(await linker.link({ irText, target, path }), undefined);
});
