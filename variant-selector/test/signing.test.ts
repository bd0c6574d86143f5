// Keys, manifests and telemetry tokens: what is signed verifies, and nothing else does.

import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Manifest } from '@everypath/schema';
import fc from 'fast-check';
import { requirePublishToken } from '../src/publish-token.ts';
import { openKeyFolder, rotateKeys, type ServiceKeys } from '../src/signing/key-folder.ts';
import { signManifest, verifyManifest } from '../src/signing/sign-manifest.ts';
import { createTelemetryTokens } from '../src/signing/telemetry-token.ts';

const manifest: Manifest = {
  version: 2,
  tag: '@test/fma',
  variant: '0123456789abcdef',
  target: 'wasm32',
  isaLevel: 'wasm-mvp',
  sha256: 'a'.repeat(64),
  sizeBytes: 10,
  artifact: `/v1/artifacts/${'a'.repeat(64)}?ünïcode`,
  signature: { parameters: [], result: { kind: 'none' } },
  nodes: [],
  path: [],
  issuedAtMs: 1,
  expiresAtMs: 2,
};

describe('signing', () => {
  let folder = '';
  let keys: ServiceKeys;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-keys-'));
    keys = await openKeyFolder(join(folder, 'keys'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const keySet = (from: ServiceKeys) => ({ keys: [from.current.jwk, from.next.jwk] });

  it('makes keys once, for the owner alone', async () => {
    const again = await openKeyFolder(join(folder, 'keys'));
    assert.equal(again.current.keyId, keys.current.keyId);
    assert.notEqual(again.next.keyId, again.current.keyId);
    assert.deepEqual(again.telemetrySecret, keys.telemetrySecret);
    assert.equal(keys.telemetrySecret.byteLength, 32);
    const names = (await readdir(join(folder, 'keys'))).sort();
    assert.deepEqual(names, ['current.pem', 'next.pem', 'telemetry.secret']);
    for (const name of names) assert.equal((await stat(join(folder, 'keys', name))).mode & 0o777, 0o600);
  });

  it('agrees on the keys when several processes start at once', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => openKeyFolder(join(folder, 'race'))));
    assert.equal(new Set(opened.map((each) => each.current.keyId)).size, 1);
    assert.equal(new Set(opened.map((each) => Buffer.from(each.telemetrySecret).toString('hex'))).size, 1);
  });

  it('signs what WebCrypto verifies', async () => {
    const signed = signManifest(manifest, keys.current);
    const { kty, crv, x, y } = keys.current.jwk;
    const key = await webcrypto.subtle.importKey(
      'jwk',
      { kty, crv, x, y },
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    );
    const signature = Buffer.from(signed.signature, 'base64');
    assert.equal(signature.byteLength, 64);
    const bytes = Buffer.from(signed.manifest, 'base64');
    assert.ok(await webcrypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, bytes));
    assert.deepEqual(JSON.parse(bytes.toString('utf8')), manifest);
  });

  it('rejects any changed byte, another key and another key id', () => {
    const signed = signManifest(manifest, keys.current);
    assert.ok(verifyManifest(signed, keySet(keys)));
    const bytes = Buffer.from(signed.manifest, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= flip;
        return !verifyManifest({ ...signed, manifest: changed.toString('base64') }, keySet(keys));
      }),
      { seed: 7, numRuns: 100 },
    );
    assert.ok(!verifyManifest({ ...signed, keyId: keys.next.keyId }, keySet(keys)));
    assert.ok(!verifyManifest({ ...signed, keyId: 'unknown' }, keySet(keys)));
  });

  it('rotates: what clients already know as next signs, and the old key is gone', async () => {
    const before = await openKeyFolder(join(folder, 'rotating'));
    const after = await rotateKeys(join(folder, 'rotating'));
    assert.equal(after.current.keyId, before.next.keyId);
    assert.ok(verifyManifest(signManifest(manifest, after.current), keySet(before)));
    assert.ok(!verifyManifest(signManifest(manifest, before.current), keySet(after)));
  });

  it('vouches in a telemetry token until it expires, and for nothing that was changed', () => {
    let nowMs = 1_000;
    const tokens = createTelemetryTokens(keys.telemetrySecret, { nowMs: () => nowMs });
    const claims = {
      deviceId: '00112233445566ff',
      tag: '@test/fma',
      variant: '0123456789abcdef',
      cause: 'explore' as const,
      decisionId: 'abc',
      expiresAtMs: 2_000,
    };
    const token = tokens.issue(claims);
    assert.ok(token.length < 300);
    assert.deepEqual(tokens.verify(token), claims);
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'b', '0', '_', '.', ' '),
        (at, character) => {
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          return changed === token || typeof tokens.verify(changed) === 'string';
        },
      ),
      { seed: 11, numRuns: 300 },
    );
    const stranger = createTelemetryTokens(new Uint8Array(32), { nowMs: () => nowMs });
    assert.equal(tokens.verify(stranger.issue(claims)), 'the token was not issued by this service');
    assert.equal(tokens.verify('nonsense'), 'the token is malformed');
    nowMs = 2_000;
    assert.equal(tokens.verify(token), 'the token has expired');
    // A service that takes late batches is told until when the token counted.
    const lenient = createTelemetryTokens(keys.telemetrySecret, { nowMs: () => nowMs }, 500);
    assert.deepEqual(lenient.verify(token), claims);
    nowMs = 2_500;
    assert.equal(lenient.verify(token), 'the token has expired');
  });

  it('lets only the publish token write', () => {
    requirePublishToken('Bearer secret', 'secret');
    for (const header of [
      undefined,
      '',
      'secret',
      'Bearer',
      'Bearer ',
      'Bearer Secret',
      'Bearer secret2',
      'Basic secret',
    ]) {
      assert.throws(() => requirePublishToken(header, 'secret'), { code: 'EP_UNAUTHORIZED' });
    }
    assert.throws(() => requirePublishToken('Bearer ', ''), { code: 'EP_UNAUTHORIZED' });
  });
});
