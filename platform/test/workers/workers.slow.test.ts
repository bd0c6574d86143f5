// A build by workers, one of which is killed in the middle: nothing is lost, nothing is made twice, and the programs
// are those that one machine builds.

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkerFarm, printed } from './worker-farm.ts';

const example = join(import.meta.dirname, '../../../examples/one_euro.py');
const farm = await openWorkerFarm();
after(() => farm?.close());
const skip = farm === null && 'PostgreSQL, or the S3 server and Go to build it, are missing';

const objectsIn = (bucket: string): number => globSync('keys/*', { cwd: bucket }).length;

test('a killed worker loses no job and duplicates no artifact', { skip, timeout: 280_000 }, async () => {
  assert.ok(farm);
  const compile = ['compile', example, '--target', 'linux-x86_64', '--target', 'wasm32', '--json'];
  const doomed = farm.startWorker();
  const building = farm.everypath([...compile, '--workers']);
  // It is in the middle of the build when some of its products are there.
  while (objectsIn(farm.bucket) < 3) await sleep(20);
  doomed.kill('SIGKILL');
  farm.startWorker();
  const built = await building;
  assert.equal(built.code, 0, built.output);
  const summary = printed(built) as Summary;
  const executed = summary.targets.reduce((sum, target) => sum + target.executed, 0);
  assert.equal(executed, summary.variants);
  // Every product has one key and one content, and contents are named by their hash.
  const blobs = globSync('blobs/*', { cwd: farm.bucket });
  assert.equal(new Set(blobs).size, blobs.length);
  // Another build finds all of it in the bucket.
  const again = await farm.everypath([...compile, '--workers']);
  assert.equal(again.code, 0, again.output);
  const second = printed(again) as Summary;
  assert.deepEqual([second.compiles, second.links, second.variants], [0, 0, summary.variants]);
  assert.equal(globSync('blobs/*', { cwd: farm.bucket }).length, blobs.length);
});

interface Summary {
  readonly variants: number;
  readonly compiles: number;
  readonly links: number;
  readonly targets: readonly { readonly executed: number }[];
}
