// A new cluster comes from the template that the first one left, and from nothing when that was damaged.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openCluster } from '../src/registry/new-cluster.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-cluster-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('clusters made from a template are empty, apart from each other, and kept on reopening', async () => {
  const templateDir = join(folder, 'templates');
  const dataDir = join(folder, 'data');
  const first = await openCluster('memory://', { templateDir });
  await first.exec('create table tried (n int)');
  await first.close();
  const [template = ''] = await readdir(templateDir);
  assert.match(template, /^postgres-[\d.]+\.tar\.zst$/);

  const second = await openCluster(dataDir, { templateDir });
  await assert.rejects(second.exec('select * from tried'), /does not exist/);
  await second.exec('create table kept as select 7 as n');
  await second.close();
  const again = await openCluster(dataDir, { templateDir });
  assert.deepEqual((await again.query('select n from kept')).rows, [{ n: 7 }]);
  await again.close();

  await truncate(join(templateDir, template), 100_000);
  const third = await openCluster('memory://', { templateDir });
  assert.deepEqual((await third.query('select 1 as n')).rows, [{ n: 1 }]);
  await third.close();
});
