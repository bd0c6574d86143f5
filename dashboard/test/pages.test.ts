// Every page over the seeded data: its HTML as a snapshot, its JSON, the headers, and what it says of missing things.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Hono } from 'hono';
import { createDashboard } from '../src/index.ts';
import { openSeeded } from './open-seeded.ts';
import { CLASSES, NOW_MS, seededPlatform } from './seed.ts';

const golden = new URL('./golden/', import.meta.url);

const PAGES: readonly (readonly [name: string, address: string])[] = [
  ['home', '/'],
  ['function', '/functions/@vision/preprocess'],
  ['function-wasm', '/functions/@vision/preprocess?class=wasm32&cause=auto'],
  ['operators', '/operators'],
  ['operators-by-target', '/operators?depth=1&period=30d'],
  ['operator', '/operators/PIL.Image.Image.resize'],
  ['decisions', '/decisions?tag=@vision/preprocess'],
  ['explain', `/explain/@vision/preprocess?class=${CLASSES.xeon}`],
];

let clickhouse: ClickHouseClient;
let app: Hono;

before(async () => {
  clickhouse = await openSeeded();
  app = createDashboard({ clickhouse, platform: seededPlatform, clock: { nowMs: () => NOW_MS } }).app;
});

after(() => clickhouse.close());

/** Compares with the stored file; EVERYPATH_GOLDEN=write stores it instead. */
function matches(name: string, text: string): void {
  const file = new URL(name, golden);
  if (process.env.EVERYPATH_GOLDEN === 'write' || !existsSync(file)) {
    mkdirSync(golden, { recursive: true });
    writeFileSync(file, text);
    return;
  }
  assert.equal(text, readFileSync(file, 'utf8'), `${name} differs; EVERYPATH_GOLDEN=write accepts it`);
}

for (const [name, address] of PAGES) {
  test(`${name}: page and data`, async () => {
    const response = await app.request(address);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'self'/);
    const page = await response.text();
    assert.doesNotMatch(page, /NaN|undefined|\[object|style="|<script/);
    // One element a line keeps the difference of a change readable.
    matches(`${name}.html`, `${page.replaceAll('><', '>\n<')}\n`);
    const [path, query] = address.split('?');
    const json = await app.request(`${path === '/' ? '/index' : path}.json${query ? `?${query}` : ''}`);
    assert.equal(json.status, 200);
    assert.match(json.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(typeof (await json.json()), 'object');
  });
}

test('the numbers of the function page are the medians of per-device medians', async () => {
  const model = await (await app.request(`/functions/@vision/preprocess.json?class=${CLASSES.xeon}`)).json();
  const best = model.variants[0];
  const result = await clickhouse.query({
    query: `SELECT device, latency_ns FROM op_sample WHERE operator = 'everypath.call' AND operator_variant = {id:String}
      AND device_class = {cell:String}`,
    query_params: { id: best.id, cell: CLASSES.xeon },
    format: 'JSONEachRow',
  });
  const devices = new Map<string, number[]>();
  for (const row of await result.json<{ device: string; latency_ns: number }>()) {
    devices.set(String(row.device), [...(devices.get(String(row.device)) ?? []), row.latency_ns]);
  }
  const median = (values: number[]): number => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = (sorted.length - 1) / 2;
    return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
  };
  const expected = median([...devices.values()].map(median));
  assert.ok(Math.abs(best.measured.medianNs / expected - 1) < 1e-12);
  assert.equal(best.measured.devices, devices.size);
  assert.ok(best.measured.lowNs <= best.measured.medianNs && best.measured.medianNs <= best.measured.highNs);
});

test('a missing function is a 404 that leads on, as a page and as data', async () => {
  const page = await app.request('/functions/@no/where');
  assert.equal(page.status, 404);
  assert.match(await page.text(), /href="\/operators"/);
  const json = await app.request('/functions/@no/where.json');
  assert.equal(json.status, 404);
  assert.equal((await json.json()).error.code, 'EP_PAGE_NOT_FOUND');
});

test('what the address says is bound and escaped, never run', async () => {
  const hostile = encodeURIComponent(`x' OR 1=1 --<script>alert(1)</script>`);
  for (const address of [
    `/operators/${hostile}`,
    `/operators?class=${hostile}`,
    `/decisions?tag=${hostile}`,
  ]) {
    const response = await app.request(address);
    assert.equal(response.status, 200);
    assert.doesNotMatch(await response.text(), /<script>/);
  }
});

test('an address that decodes to nothing valid is no page', async () => {
  assert.equal((await app.request('/functions/%E0%A4%A')).status, 404);
});
