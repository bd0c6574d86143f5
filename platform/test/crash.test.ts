// A service that is killed in the middle of its work starts again with everything that it had acknowledged.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { everypath } from './command-line.ts';
import { startUp } from './up-process.ts';
import { fetchByHand, publishByHand, reportByHand, TAG } from './world.ts';

test('kill -9 loses nothing that was acknowledged; SIGTERM hands everything over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-crash-'));
  const dataDir = join(folder, 'data');
  try {
    const first = await startUp(dataDir);
    await publishByHand(first.url, first.publishToken);
    const manifest = await fetchByHand(first.url);
    let acknowledged = 0;
    for (let batch = 0; batch < 20; batch++) {
      const receipt = await reportByHand(first.url, manifest, randomUUID(), [1000 + batch, 1001, 999]);
      if (receipt.status === 202) acknowledged += 6;
    }
    assert.equal(await first.end('SIGKILL'), null);
    assert.ok(existsSync(join(dataDir, 'server.json')), 'a killed process leaves its record');

    const second = await startUp(dataDir);
    assert.equal(second.publishToken, first.publishToken);
    // Commands find it by its record, and it holds what was published.
    const listed = await everypath(['variants', TAG, '--data', dataDir, '--json']);
    assert.equal(listed.code, 0, listed.err);
    assert.equal(JSON.parse(listed.out).variants.length, 2);
    const up = await everypath(['up', '--data', dataDir]);
    assert.equal(up.code, 1);
    assert.match(up.err, new RegExp(`already up on this data folder: ${second.url}`));
    assert.equal(await second.end('SIGTERM'), 0);
    assert.ok(!existsSync(join(dataDir, 'server.json')));

    const third = await startUp(dataDir);
    const home = (await (await fetch(`${third.url}/index.json?period=30d`)).json()) as {
      totals: { samples: number };
    };
    assert.equal(home.totals.samples, acknowledged);
    const pinned = await everypath([
      'override',
      'set',
      TAG,
      manifest.variant,
      '--note',
      'kept',
      '--data',
      dataDir,
      '--json',
    ]);
    assert.equal(pinned.code, 0, pinned.err);
    assert.deepEqual(JSON.parse(pinned.out).overrides[0].variant, manifest.variant);
    assert.equal((await fetchByHand(third.url)).reason, 'pinned');
    assert.equal(await third.end('SIGINT'), 0);

    // Without a service, a command starts its own over the same folder.
    const cleared = await everypath(['override', 'clear', TAG, '--data', dataDir]);
    assert.equal(cleared.code, 0, cleared.err);
    assert.match(cleared.out, /the selector decides/);
    const unknown = await everypath(['explain', '@no/where', '--data', dataDir]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /no function is published as @no\/where/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
