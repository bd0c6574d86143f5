// Programs that fail by their own fault: reported once, replaced by what the service chooses next or by what last ran.
// And answers that the client has already: asked for by ETag.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CHOSEN, OTHER } from '../../conformance/fault-server.ts';
import { ProgramError } from '../src/index.ts';
import { closeServer, startSession } from './session.ts';

after(closeServer);

const reportsOf = (crashes: readonly string[]) =>
  crashes.map((text) => {
    const { kind, token, device } = JSON.parse(text) as Record<string, unknown>;
    return [kind, token, (device as { target: string }).target.length > 0];
  });
const TOKEN = 'token-of-@test/fma-for-tests';

for (const wasm of [false, true]) {
  const where = wasm ? 'wasm32' : 'natively';
  test(`a program that does not load is reported once and replaced, ${where}`, async (t) => {
    const session = await startSession(t);
    await session.fault('does-not-load');
    const client = session.client({ wasm, telemetry: 'on' });
    const fma = await client.load('@test/fma');
    assert.deepEqual([fma.info.variant, (await fma([2, 3])).value], [OTHER, 6]);
    await client.load('@test/fma');
    assert.deepEqual(reportsOf((await session.seen()).crashes), [['load-failed', TOKEN, true]]);
  });

  test(`a program that crashes in a call is replaced within the call, ${where}`, async (t) => {
    const session = await startSession(t);
    await session.fault('crashes');
    const fma = await session.client({ wasm, telemetry: 'on' }).load('@test/fma');
    assert.equal(fma.info.variant, CHOSEN);
    assert.deepEqual([(await fma([2, 3])).value, fma.info.variant], [6, OTHER]);
    assert.deepEqual(reportsOf((await session.seen()).crashes), [['crashed', TOKEN, true]]);
  });
}

test('a call that cannot wait fails, and a later one runs something else', async (t) => {
  const session = await startSession(t);
  await session.fault('crashes');
  const fma = await session.client({ telemetry: 'on' }).load('@test/fma');
  assert.throws(() => fma.callSync([2, 3]), ProgramError);
  assert.equal((await fma([2, 3])).value, 6);
  assert.equal((await session.seen()).crashes.length, 1);
});

test('where the service keeps to a variant that crashes, the last one that ran takes over', async (t) => {
  const session = await startSession(t);
  const before = await session.client().load('@test/fma');
  await before([1, 1]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await session.fault('keeps-crashing');
  const client = session.client({ telemetry: 'on' });
  const fma = await client.load('@test/fma');
  assert.equal(fma.info.variant, OTHER);
  assert.deepEqual([(await fma([2, 3])).value, fma.info.variant], [6, CHOSEN]);
  assert.equal((await session.seen()).crashes.length, 1);
});

test('with telemetry off nothing is reported; a forced variant is not replaced', async (t) => {
  const session = await startSession(t);
  await session.fault('keeps-crashing');
  const fma = await session.client().load('@test/fma');
  await assert.rejects(fma([2, 3]), ProgramError);
  assert.deepEqual((await session.seen()).crashes, []);
  const forced = await session.client({ telemetry: 'on' }).load('@test/fma', { variant: OTHER });
  await assert.rejects(forced([2, 3]), ProgramError);
  assert.equal((await session.seen()).crashes.length, 1);
});

test('what a caller does wrong is no crash', async (t) => {
  const session = await startSession(t);
  const client = session.client({ telemetry: 'on' });
  await assert.rejects((await client.load('@test/fma'))(['x', 1]));
  await assert.rejects((await client.load('@test/divide'))([1, 0]));
  assert.deepEqual((await session.seen()).crashes, []);
});

test('an answer that the client has is not sent again; one changed on disk is', async (t) => {
  const session = await startSession(t);
  const statuses: number[] = [];
  const counted: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (String(input).endsWith('/fetch')) statuses.push(response.status);
    return response;
  };
  const load = async () => (await session.client({ fetch: counted }).load('@test/fma')).info;
  const first = await load();
  const second = await load();
  assert.deepEqual([second.variant, second.offline, second.stale], [first.variant, false, false]);
  assert.deepEqual(statuses, [200, 304]);
  const services = join(session.cacheDir, 'services');
  const manifests = join(services, readdirSync(services)[0]!, 'manifests');
  const path = join(manifests, readdirSync(manifests)[0]!);
  const kept = JSON.parse(readFileSync(path, 'utf8')) as { signature: string };
  writeFileSync(path, JSON.stringify({ ...kept, signature: 'A'.repeat(88) }));
  assert.equal((await load()).variant, CHOSEN);
  assert.deepEqual(statuses, [200, 304, 304, 200]);
});
