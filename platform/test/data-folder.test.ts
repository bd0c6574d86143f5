// One process owns the data folder, says where it listens, and a dead owner's record stops nobody.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { systemClock, systemRandom } from '../src/clock.ts';
import { claimDataFolder, findOwner, readPublishToken } from '../src/data-folder.ts';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'everypath-data-')), 'data');
});
afterEach(() => rm(join(path, '..'), { recursive: true }));

const claim = (mode: 'serve' | 'command' = 'serve', pid = process.pid) =>
  claimDataFolder({ path, mode, pid, clock: systemClock, random: systemRandom });

test('the second owner is told of the first, and may follow when it has gone', async () => {
  const first = await claim();
  assert.equal((await findOwner(path))?.pid, process.pid);
  await assert.rejects(claim(), { code: 'EP_ALREADY_RUNNING' });
  await first.release();
  assert.equal(await findOwner(path), null);
  const second = await claim('command');
  await assert.rejects(claim(), { code: 'EP_FOLDER_BUSY' });
  await second.release();
});

test('of many that start at once, one wins', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => claim()));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
});

test('the record of a process that has died is taken over', async () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  await (await claim('serve', dead)).announce('http://127.0.0.1:9');
  const second = await claim();
  assert.equal(second.owner.pid, process.pid);
});

test('a recycled process id is told apart by whether it answers', async () => {
  const first = await claim();
  // A port that was free a moment ago: nobody listens there.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await first.announce(`http://127.0.0.1:${port}`);
  assert.equal(await findOwner(path), null);
  const answers = async () => Response.json({ instance: first.owner.instance });
  assert.equal((await findOwner(path, answers as typeof fetch))?.instance, first.owner.instance);
  const stranger = async () => Response.json({ instance: 'other' });
  assert.equal(await findOwner(path, stranger as typeof fetch), null);
});

test('a damaged record is no owner', async () => {
  await (await claim()).release();
  await writeFile(join(path, 'server.json'), '{"pid":');
  assert.equal(await findOwner(path), null);
  await claim();
});

test('the publish token is made once, for its owner alone', async () => {
  const first = await claim();
  const file = join(path, 'publish-token');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await stat(join(path, 'server.json'))).mode & 0o777, 0o600);
  assert.equal(await readPublishToken(first.owner), first.publishToken);
  await first.release();
  assert.equal((await claim()).publishToken, first.publishToken);
  assert.equal((await readFile(file, 'utf8')).trim().length, 43);
});
