// Poisoning at the source: one device in a hundred sends half of all samples, each a tenth of the truth. Every latency
// that the service publishes (all pages of the dashboard, the selector's predictions) moves by less than 2 %. Prints how
// far each moved.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Platform, startPlatform } from '../src/server.ts';
import { device, fetchByHand, publication, publishByHand, reportByHand, TAG } from './world.ts';

const DEVICES = 200;
const POISONERS = 2;
const SAMPLES = 32;
const MOST = 0.02;

const SIMD = publication.variants[1]?.id ?? '';
const SCALAR = publication.variants[0]?.id ?? '';
const TRUTH_NS: Readonly<Record<string, number>> = { [SIMD]: 40_000, [SCALAR]: 100_000 };

/** Park and Miller's minimal standard generator. */
let state = 20261121;
const random = (): number => {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
};

/** Latencies of one device: its own level within 10 %, jitter within 5 %. */
const latencies = (truthNs: number): number[] => {
  const level = truthNs * (0.95 + 0.1 * random());
  return Array.from({ length: SAMPLES }, () => Math.round(level * (0.975 + 0.05 * random())));
};

async function json(platform: Platform, path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(platform.url + path, init);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/** Every number whose name ends in `Ns`, by where it stands. */
function latenciesIn(value: unknown, path: string, found: Map<string, number>): Map<string, number> {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) latenciesIn(item, `${path}.${index}`, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      // The bounds of an interval widen with the sample; its middle is the statistic.
      if (typeof item === 'number' && /(^n|N)s$/.test(key) && !/^(low|high)Ns$/.test(key))
        found.set(`${path}.${key}`, item);
      else latenciesIn(item, `${path}.${key}`, found);
    }
  return found;
}

/** Shares of the heatmap's levels, over time. */
function heatIn(page: unknown): Map<string, number> {
  const cells = (page as { heat: { level: number; count: number }[] }).heat;
  const total = cells.reduce((sum, { count }) => sum + count, 0);
  const shares = new Map<string, number>();
  for (const { level, count } of cells)
    shares.set(`level ${level}`, (shares.get(`level ${level}`) ?? 0) + count / total);
  return shares;
}

interface Published {
  readonly latencies: ReadonlyMap<string, number>;
  readonly heat: ReadonlyMap<string, number>;
}

async function published(platform: Platform): Promise<Published> {
  await platform.flush();
  await platform.refit();
  const found = new Map<string, number>();
  const operator = '/operators/numpy.multiply.json?period=24h';
  for (const path of [
    '/index.json?period=24h',
    `/functions/${TAG}.json?period=24h`,
    '/operators.json?period=24h',
    operator,
  ])
    latenciesIn(await json(platform, path), path.split('?')[0] ?? '', found);
  const body = JSON.stringify({ device, deviceId: 'one-that-asks' });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  latenciesIn(await json(platform, `/v1/functions/${TAG}/explain`, init), 'selector', found);
  return { latencies: found, heat: heatIn(await json(platform, operator)) };
}

test('one device in a hundred with half of the samples moves no published latency by 2 %', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-poisoning-'));
  const platform = await startPlatform({ dataDir: join(folder, 'data'), port: 0, logLevel: 'error' });
  t.after(async () => {
    await platform.close();
    await rm(folder, { recursive: true });
  });
  await publishByHand(platform.url, platform.publishToken);
  const report = async (deviceId: string, factor: number, batches: number): Promise<void> => {
    const manifest = await fetchByHand(platform.url, deviceId);
    const truthNs = TRUTH_NS[manifest.variant] ?? 0;
    for (let batch = 0; batch < batches; batch++) {
      const response = await reportByHand(
        platform.url,
        manifest,
        randomUUID(),
        latencies(truthNs).map((ns) => ns * factor),
      );
      assert.equal(response.status, 202);
    }
  };
  for (let index = 0; index < DEVICES; index++) await report(`honest-device-${index}`, 1, 1);
  const before = await published(platform);
  for (let index = 0; index < POISONERS; index++)
    await report(`poisoning-device-${index}`, 0.1, DEVICES / POISONERS);
  const after = await published(platform);

  const callNs = TRUTH_NS[SIMD] ?? 1;
  const moved = [...before.latencies].map(([name, value]) => {
    const changeNs = (after.latencies.get(name) ?? 0) - value;
    // What a call takes besides its operators is the small difference of two large numbers: judged against the call.
    return { name, value, by: changeNs / (name.endsWith('.overheadNs') ? callNs : value) };
  });
  for (const { name, value, by } of moved)
    t.diagnostic(`${name}: ${value.toFixed(0)} ns, moved by ${(by * 100).toFixed(2)} %`);
  const levels = new Set([...before.heat.keys(), ...after.heat.keys()]);
  const shift =
    [...levels].reduce(
      (sum, level) => sum + Math.abs((after.heat.get(level) ?? 0) - (before.heat.get(level) ?? 0)),
      0,
    ) / 2;
  t.diagnostic(`heatmap: ${(shift * 100).toFixed(2)} % of it moved`);
  assert.ok(moved.length >= 6, `${moved.length} latencies were published`);
  for (const { name, by } of moved)
    assert.ok(Math.abs(by) < MOST, `${name} moved by ${(by * 100).toFixed(2)} %`);
  assert.ok(shift < MOST, `${(shift * 100).toFixed(2)} % of the heatmap moved`);
});
