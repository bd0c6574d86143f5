// All nine targets compile, link and pass inspection; a second build is answered by the cache; a build from nothing
// gives the same bytes; altered cache content is made again.

import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { publicationSchema, TARGET_NAMES, TARGETS } from '@everypath/schema';
import type { BuildEvent, BuildResult } from '../../src/build/build-types.ts';
import { buildFunction } from '../../src/build-function.ts';
import { inspectionFaults } from '../../src/inspect/inspect-program.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { fmaModule } from './modules.ts';

let folder = '';
let first: BuildResult;
const events: BuildEvent[] = [];
const build = (cache: string, onEvent?: (event: BuildEvent) => void) =>
  buildFunction(fmaModule(), {
    cacheDir: join(folder, cache),
    outDir: join(folder, 'out'),
    budget: 2,
    ...(onEvent ? { onEvent } : {}),
  });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-targets-'));
  first = await build('cache', (event) => events.push(event));
});
after(() => rm(folder, { recursive: true, force: true }));

const hashes = (result: BuildResult) =>
  result.publication.variants.map(({ id, sha256 }) => `${id} ${sha256}`);

test('every target has its variants, inspected, small and on disk', async () => {
  publicationSchema.parse(first.publication);
  assert.deepEqual(
    first.targets.map(({ target }) => target),
    TARGET_NAMES,
  );
  assert.deepEqual(first.diagnostics, []);
  for (const variant of first.publication.variants) {
    assert.equal(variant.proof.how, 'inspected', `${variant.target}: ${variant.proof.by}`);
    assert.ok(variant.sizeBytes < 128 * 1024, `${variant.target}: ${variant.sizeBytes} bytes`);
    const file = first.files.get(variant.id)!;
    assert.ok(file.endsWith(TARGETS[variant.target].extension));
    assert.equal((await readFile(file)).length, variant.sizeBytes);
  }
  assert.equal(first.publication.variants.length, 18);
});

test('inspection finds a renamed export, a cut file and a foreign one', async () => {
  for (const variant of first.publication.variants) {
    const target = TARGET_TOOLCHAINS[variant.target];
    const bytes = await readFile(first.files.get(variant.id)!);
    assert.deepEqual(inspectionFaults(target, bytes), []);
    const renamed = Buffer.from(bytes.toString('latin1').replaceAll('ep_release', 'ep_relaese'), 'latin1');
    assert.ok(inspectionFaults(target, renamed).includes('does not export ep_release'));
    assert.ok(inspectionFaults(target, renamed).includes('exports ep_relaese'));
    assert.match(inspectionFaults(target, bytes.subarray(0, 200)).join(), /cannot be read/);
    const other = TARGET_TOOLCHAINS[TARGETS[variant.target].format === 'elf' ? 'wasm32' : 'linux-arm64'];
    assert.match(inspectionFaults(other, bytes).join(), /cannot be read/);
  }
});

test('inspection finds a segment that is writable and executable', async () => {
  const elf = first.publication.variants.find(({ target }) => target === 'android-arm64')!;
  const bytes = await readFile(first.files.get(elf.id)!);
  // The first PT_LOAD: read only, until now.
  let at = Number(bytes.readBigUInt64LE(32));
  while (bytes.readUInt32LE(at) !== 1) at += 56;
  bytes.writeUInt32LE(7, at + 4);
  bytes.writeBigUInt64LE(4096n, at + 48);
  assert.deepEqual(inspectionFaults(TARGET_TOOLCHAINS['android-arm64'], bytes), [
    'a segment is writable and executable',
    'segments are not aligned to 16 KiB',
  ]);
});

test('events count what the plan announced', () => {
  const start = events[0];
  assert.ok(start?.kind === 'start');
  const count = (kind: BuildEvent['kind']) => events.filter((event) => event.kind === kind).length;
  assert.equal(
    count('compiled'),
    start.targets.reduce((sum, target) => sum + target.units, 0),
  );
  assert.equal(count('linked'), 18);
  assert.equal(count('proved'), 18);
  assert.equal(events.at(-1)?.kind, 'done');
});

test('a second build compiles and links nothing', async () => {
  const second = await build('cache');
  assert.deepEqual([second.compiles, second.links], [0, 0]);
  assert.deepEqual(hashes(second), hashes(first));
});

test('altered and cut cache content is made again', async () => {
  const blobs = join(folder, 'cache', 'blobs');
  for (const entry of await readdir(blobs, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (entry.name.endsWith('.so')) await appendFile(path, 'x');
    if (entry.name.endsWith('.wasm')) await writeFile(path, '');
  }
  const repaired = await build('cache');
  assert.equal(repaired.compiles, 0);
  assert.ok(repaired.links >= 2);
  assert.deepEqual(hashes(repaired), hashes(first));
});

test('a build from nothing, elsewhere, gives the same bytes', async () => {
  const again = await build('another place');
  assert.ok(again.compiles > 0 && again.links > 0);
  assert.deepEqual(hashes(again), hashes(first));
});
