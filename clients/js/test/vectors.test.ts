// The vectors that every SDK must pass.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DeviceFeatures, TelemetryBatch } from '@everypath/schema';
import { decodeBatch } from '../../conformance/decode-batch.ts';
import { clockResolutionNs } from '../src/clock-resolution.ts';
import { runtimeName } from '../src/device-browser.ts';
import { levelOf } from '../src/device-node.ts';
import { encodeBatch } from '../src/encode-batch.ts';
import { ArgumentError, IntegrityError } from '../src/index.ts';
import { findOverride } from '../src/override.ts';
import type { ProbeRecord } from '../src/read-value.ts';
import { type Attribution, createRecorder } from '../src/recorder.ts';
import { retryAfterMs, retryDelayMs } from '../src/retry.ts';
import { uuidV7 } from '../src/uuid.ts';
import { openManifest, type PublicKey } from '../src/verify.ts';

const vectors = <T>(name: string): T =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../conformance/vectors', `${name}.json`), 'utf8'),
  ) as T;

test('signatures', async () => {
  const { keys, cases } = vectors<{
    keys: PublicKey[];
    cases: { name: string; manifest: string; signature: string; keyId: string; accept: boolean }[];
  }>('signatures');
  for (const { name, accept, ...signed } of cases) {
    const opening = openManifest(signed, keys, 'the vectors');
    if (accept) await assert.doesNotReject(opening, name);
    else await assert.rejects(opening, IntegrityError, name);
  }
});

test('retry schedule', () => {
  const { cases, headers } = vectors<{
    cases: { attempt: number; random: number; retryAfterMs: number; delayMs: number }[];
    headers: { header: string | null; nowMs: number; retryAfterMs: number }[];
  }>('retry');
  for (const { attempt, random, retryAfterMs: asked, delayMs } of cases) {
    assert.equal(retryDelayMs(attempt, random, asked), delayMs);
  }
  for (const { header, nowMs, retryAfterMs: ms } of headers) assert.equal(retryAfterMs(header, nowMs), ms);
});

test('override precedence', () => {
  const { tag, cases } = vectors<{
    tag: string;
    cases: {
      call: string | null;
      environment: string | null;
      file: string | null;
      expect?: { variant: string; by: string } | null;
      error?: true;
    }[];
  }>('overrides');
  for (const { call, environment, file, expect, error } of cases) {
    const find = () => findOverride(tag, call ?? undefined, environment ?? undefined, file ?? undefined);
    if (error) assert.throws(find, ArgumentError);
    else assert.deepEqual(find() ?? null, expect);
  }
});

test('batches', () => {
  const { device, sealedAtMs, attribution, drained, batches } = vectors<{
    device: DeviceFeatures;
    sealedAtMs: number;
    attribution: Attribution;
    drained: ProbeRecord[];
    batches: TelemetryBatch[];
  }>('batches');
  const clock = { nowMs: () => sealedAtMs, ticksNs: () => 0, later: () => () => undefined };
  const recorder = createRecorder(clock, Math.random);
  recorder.add(attribution, drained);
  const sealed = recorder.seal(device);
  assert.deepEqual(
    sealed.map(({ batchId, ...rest }) => {
      assert.match(batchId, /^018bcfe5-687b-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      return rest;
    }),
    batches.map((batch) => ({ ...batch, device })),
  );
});

test('compact batches', () => {
  const { cases } = vectors<{ cases: { name: string; batch: TelemetryBatch; base64: string }[] }>('compact');
  for (const { name, batch, base64 } of cases) {
    assert.equal(Buffer.from(encodeBatch(batch)).toString('base64'), base64, name);
    assert.deepEqual(decodeBatch(Buffer.from(base64, 'base64')), batch, name);
  }
});

test('UUIDs sort by time', () => {
  assert.ok(uuidV7(1_700_000_000_000, () => 0.99) < uuidV7(1_700_000_000_001, () => 0));
});

test('ISA levels by processor flags', () => {
  const v2 = 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3';
  const v3 = `${v2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`;
  const v4 = `${v3} avx512f avx512bw avx512cd avx512dq avx512vl`;
  const level = (flags: string) => levelOf(new Set(flags.split(' ')), 'x86_64');
  assert.deepEqual(['', v2, v3, v4].map(level), ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4']);
  assert.equal(level(v4.replace('bmi2', '')), 'x86-64-v2', 'a level needs all before it');
  const arm = (flags: string) => levelOf(new Set(flags.split(' ')), 'arm64');
  const arm82 = 'asimd atomics asimdrdm fphp asimdhp asimddp';
  assert.deepEqual(['asimd', arm82, `${arm82} i8mm bf16`].map(arm), ['armv8-a', 'armv8.2-a', 'armv8.6-a']);
});

test('browsers by their own account', () => {
  const brands = [
    { brand: 'Not A', version: '9' },
    { brand: 'Chromium', version: '156' },
  ];
  assert.equal(runtimeName('', { brands, platform: 'Linux' }), 'chromium 156');
  assert.equal(runtimeName('Mozilla/5.0 (X11) Gecko/20100101 Firefox/140.0', undefined), 'firefox 140');
  assert.equal(runtimeName('Mozilla/5.0 Version/26.0 Safari/605.1.15', undefined), 'safari 26');
});

test('clock resolution is the step that explains the readings', () => {
  let reading = 0;
  const coarse = () => {
    reading += 700;
    return Math.floor(reading / 5000) * 5000;
  };
  assert.equal(clockResolutionNs(coarse), 5000);
  assert.equal(
    clockResolutionNs(() => 1, 16, 10),
    1e9,
  );
});
