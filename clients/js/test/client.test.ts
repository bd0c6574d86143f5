// The client against a real service that misbehaves on demand: what it accepts, refuses, and does alone.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import koffi from 'koffi';
import { CHOSEN, OTHER } from '../../conformance/fault-server.ts';
import type { Fault } from '../../conformance/faults.ts';
import { ArgumentError, IntegrityError, OfflineError, ServiceResponseError } from '../src/index.ts';
import { closeServer, startSession } from './session.ts';

after(closeServer);

for (const wasm of [false, true]) {
  test(`loads and calls, ${wasm ? 'wasm32' : 'natively'}`, async (t) => {
    const session = await startSession(t);
    const client = session.client({ wasm });
    const fma = await client.load('@test/fma');
    assert.equal((await fma({ x: 3, y: -1, z: 2 })).value, -1);
    const { value, latencyNs } = fma.callSync([2, 3]);
    assert.equal(value, 6);
    assert.ok(latencyNs >= 0);
    const { variant, reason, cause, source, stale, offline, predictedNs, forcedBy } = fma.info;
    assert.deepEqual(
      { variant, reason, cause, source, stale, offline, predictedNs, forcedBy },
      {
        variant: CHOSEN,
        reason: 'predicted',
        cause: 'auto',
        source: 'network',
        stale: false,
        offline: false,
        predictedNs: 12.5,
        forcedBy: null,
      },
    );
    await assert.rejects(async () => fma({ x: 'a', y: 1 }), ArgumentError);
    const again = await session.client({ wasm }).load('@test/fma');
    assert.equal(again.info.source, 'cache');
  });
}

const tampered: [Fault, RegExp][] = [
  ['bad-signature', /signature is wrong/],
  ['changed-key', /signature is wrong/],
  ['unknown-key', /signed with key 'another', which this client does not trust \(pinned in .*keys\.json/],
  ['expired', /expired/],
  ['other-tag', /is for function @test\/other, not @test\/fma/],
  ['other-target', /is for target ios-arm64/],
  ['higher-isa', /is for level/],
];
for (const [fault, message] of tampered) {
  test(`refuses a manifest: ${fault}`, async (t) => {
    const session = await startSession(t);
    await session.client().load('@test/fma'); // pins the key
    await session.fault(fault);
    await assert.rejects(session.client().load('@test/fma'), (error) => {
      assert.ok(error instanceof IntegrityError, String(error));
      assert.match(error.message, message);
      return true;
    });
  });
}

for (const fault of ['wrong-hash', 'short', 'long'] as const) {
  test(`refuses a binary: ${fault}`, async (t) => {
    const session = await startSession(t);
    await session.fault(fault);
    await assert.rejects(session.client().load('@test/fma'), IntegrityError);
    assert.deepEqual(
      readdirSync(session.cacheDir).filter((name) => name === 'artifacts'),
      [],
      'nothing was cached',
    );
    await session.fault('none');
    assert.equal((await session.client().load('@test/fma')).callSync([1, 2]).value, 2);
  });
}

test('a cut download is not an answer', async (t) => {
  const session = await startSession(t);
  await session.fault('truncated');
  await assert.rejects(session.client().load('@test/fma'), OfflineError);
});

test('given keys are the only ones believed', async (t) => {
  const session = await startSession(t);
  const { keys } = (await (await fetch(`${session.baseUrl}/v1/keys`)).json()) as never;
  await session.client({ publicKeys: keys }).load('@test/fma');
  await session.fault('changed-key');
  await assert.rejects(session.client({ publicKeys: keys }).load('@test/fma'), /option 'publicKeys'/);
});

test('a corrupted cache entry is deleted and fetched once more', async (t) => {
  const session = await startSession(t);
  const { info } = await session.client().load('@test/fma');
  const path = join(session.cacheDir, 'artifacts', info.sha256);
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes, Buffer.from('x')]));
  const repaired = await session.client().load('@test/fma');
  assert.equal(repaired.info.source, 'network');
  assert.deepEqual(readFileSync(path), bytes);
  writeFileSync(path, 'rubbish');
  await session.fault('wrong-hash');
  await assert.rejects(session.client().load('@test/fma'), IntegrityError);
});

for (const fault of ['reset', 'broken', 'rate-limited'] as const) {
  test(`goes on with what it has when the service is away: ${fault}`, async (t) => {
    const session = await startSession(t);
    await session.client().load('@test/fma');
    await session.client().load('@test/fma', { variant: OTHER });
    await session.fault(fault);
    const fma = await session.client().load('@test/fma');
    assert.equal(fma.callSync([2, 2]).value, 4);
    assert.deepEqual(
      [fma.info.offline, fma.info.stale, fma.info.source, fma.info.variant],
      [true, false, 'cache', CHOSEN],
    );
    assert.equal((await session.client().load('@test/fma', { variant: OTHER })).info.variant, OTHER);
    const later = { nowMs: () => Date.now() + 9e9, ticksNs: () => 0, later: () => () => undefined };
    assert.equal((await session.client({ clock: later }).load('@test/fma')).info.stale, true);
    await assert.rejects(session.client().load('@test/divide'), (error) => {
      assert.ok(error instanceof OfflineError);
      assert.match(error.message, /nothing was cached.*connect once/);
      return true;
    });
  });
}

test('a cached decision that was changed on disk is not followed', async (t) => {
  const session = await startSession(t);
  await session.client().load('@test/fma');
  const folder = join(session.cacheDir, 'services', readdirSync(join(session.cacheDir, 'services'))[0] ?? '');
  const name = readdirSync(join(folder, 'manifests'))[0] ?? '';
  const path = join(folder, 'manifests', name);
  const signed = JSON.parse(readFileSync(path, 'utf8')) as { manifest: string };
  const text = Buffer.from(signed.manifest, 'base64').toString().replace('"version":2', '"version":1');
  writeFileSync(path, JSON.stringify({ ...signed, manifest: Buffer.from(text).toString('base64') }));
  await session.fault('reset');
  await assert.rejects(session.client().load('@test/fma'), /cached manifest is unusable.*signature is wrong/);
  writeFileSync(join(folder, 'keys.json'), '{}');
  await session.fault('none');
  await assert.rejects(session.client().load('@test/fma'), /cannot be read; delete the file/);
});

test('an unknown function says what the service said', async (t) => {
  const session = await startSession(t);
  await session.fault('unknown-function');
  await assert.rejects(session.client().load('@test/fma'), (error) => {
    assert.ok(error instanceof ServiceResponseError);
    assert.deepEqual([error.status, error.code], [404, 'EP_FUNCTION_NOT_FOUND']);
    return true;
  });
  await assert.rejects(session.client().load('fma'), ArgumentError);
});

test('a slow service is waited for', async (t) => {
  const session = await startSession(t);
  await session.fault('slow');
  assert.equal((await session.client().load('@test/fma')).info.offline, false);
});

test('forcing: call, then environment, then file, then the service', async (t) => {
  const session = await startSession(t);
  const env = { EVERYPATH_VARIANT: `@test/fma=${OTHER}` };
  const by = async (client: ReturnType<typeof session.client>, options = {}) => {
    const { variant, forcedBy, cause, reason } = (await client.load('@test/fma', options)).info;
    return [variant, forcedBy, cause, reason];
  };
  assert.deepEqual(await by(session.client()), [CHOSEN, null, 'auto', 'predicted']);
  writeFileSync(
    join(session.cacheDir, 'overrides.json'),
    JSON.stringify({ '@test/fma': '00000000000000c3' }),
  );
  assert.deepEqual(await by(session.client()), ['00000000000000c3', 'file', 'forced', 'forced']);
  assert.deepEqual(await by(session.client({ env })), [OTHER, 'environment', 'forced', 'forced']);
  const call = { variant: '00000000000000d4' };
  assert.deepEqual(await by(session.client({ env }), call), ['00000000000000d4', 'call', 'forced', 'forced']);
  assert.equal((await session.client().load('@test/fma', { bench: true })).info.cause, 'bench');
});

test('says which libraries are installed, unless told not to', async (t) => {
  const session = await startSession(t);
  let installed: readonly string[] = ['openblas'];
  try {
    koffi.load('libopenblas.so.0').unload();
  } catch {
    installed = [];
  }
  assert.deepEqual((await session.client().device()).libraries ?? [], installed);
  assert.equal((await session.client({ libraries: false }).device()).libraries, undefined);
  assert.equal((await session.client({ wasm: true }).device()).libraries, undefined);
});

test('acts as a smaller device when asked to', async (t) => {
  const session = await startSession(t);
  const client = session.client({ features: { isaLevel: 'x86-64-v2', model: 'a smaller one' } });
  const device = await client.device();
  assert.deepEqual([device.isaLevel, device.model], ['x86-64-v2', 'a smaller one']);
  assert.equal(
    (await session.client({ features: { target: 'wasm32' } }).device()).isaLevel.startsWith('wasm'),
    true,
  );
});

test('making a client does nothing at all', async (t) => {
  const session = await startSession(t);
  session.client({ telemetry: 'on' });
  assert.deepEqual(readdirSync(session.cacheDir), []);
  assert.deepEqual((await session.seen()).requests, []);
});

test('a cache that cannot be written costs nothing but the cache', async (t) => {
  const session = await startSession(t);
  const blocked = join(session.cacheDir, 'file');
  writeFileSync(blocked, '');
  const warnings: string[] = [];
  const log = (_level: string, message: string) => warnings.push(message);
  const fma = await session.client({ cacheDir: join(blocked, 'below'), log }).load('@test/fma');
  assert.equal(fma.callSync([2, 5]).value, 10);
  assert.ok(warnings.length > 0);
});
