// The bundle in a real browser: it loads a signed WebAssembly program, runs it, reports, and works without the service.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { telemetryBatchSchema } from '@everypath/schema';
import puppeteer from 'puppeteer-core';
import { startFaultServer } from '../../conformance/fault-server.ts';
import type * as BrowserClient from '../src/browser.ts';
import { buildBrowserBundle } from '../src/bundle.ts';

const chromium = process.env.EVERYPATH_CHROMIUM ?? '/usr/bin/chromium';

test('the bundle stays small and knows nothing of Node or zod', async () => {
  const bundle = await buildBrowserBundle();
  const bytes = gzipSync(bundle, { level: 9 }).length;
  assert.ok(bytes < 14_800, `${bytes} bytes compressed`);
  assert.ok(!/["'`]node:|\bzod\b|koffi/.test(bundle));
});

/** Runs in the page. */
async function visit(baseUrl: string) {
  const path = '/client.js';
  const { createClient } = (await import(path)) as typeof BrowserClient;
  const client = createClient({ baseUrl, telemetry: 'on' });
  const fma = await client.load('@test/fma');
  const results = [];
  for (let call = 0; call < 200; call++) results.push((await fma({ x: call, y: 2, z: 1 })).value);
  const invert = await client.load('@test/invert');
  const canvas = new OffscreenCanvas(2, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
  const pixels = canvas.getImageData(0, 0, 2, 1).data;
  const rgb = { data: pixels.filter((_, index) => index % 4 !== 3), width: 2, height: 1 };
  let image = invert.callSync([rgb]).value as { data: Uint8Array };
  // Measuring starts when the engine has had time to optimise.
  for (let call = 0; call < 40; call++) image = invert.callSync([rgb]).value as { data: Uint8Array };
  let refusal = '';
  await fma({ x: 'one', y: 2 }).catch((error: Error) => {
    refusal = `${error.name}: ${error.message}`;
  });
  const report = await client.flush();
  return {
    last: results.at(-1),
    image: [...image.data],
    refusal,
    report,
    info: fma.info,
    device: await client.device(),
  };
}

test('a page runs a program, and again without the service', { skip: !existsSync(chromium) }, async (t) => {
  const server = await startFaultServer(
    new Map([
      ['/', { type: 'text/html', text: '<!doctype html><title>everypath</title>' }],
      ['/client.js', { type: 'text/javascript', text: await buildBrowserBundle() }],
    ]),
  );
  const userDataDir = mkdtempSync(join(tmpdir(), 'everypath-chromium-'));
  const browser = await puppeteer.launch({
    executablePath: chromium,
    userDataDir,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  t.after(async () => {
    await browser.close();
    await server.close();
    rmSync(userDataDir, { recursive: true, force: true });
  });
  const baseUrl = `${server.origin}/page`;
  const page = await browser.newPage();
  await page.goto(`${server.origin}/`);

  const online = await page.evaluate(visit, baseUrl);
  assert.equal(online.last, 399);
  assert.deepEqual(online.image, [255, 255, 255, 255, 255, 255]);
  assert.match(online.refusal, /^ArgumentError: argument 'x': expected float, got a string/);
  assert.deepEqual([online.info.source, online.info.offline], ['network', false]);
  assert.match(online.device.runtime, /^chromium \d+/);
  assert.equal(online.device.target, 'wasm32');
  assert.ok(
    online.device.clockResolutionNs >= 5_000,
    `a page's clock is coarse: ${online.device.clockResolutionNs}`,
  );
  assert.equal(online.report.left, 0);
  const seen = (await (await fetch(`${baseUrl}/seen`)).json()) as { batches: string[] };
  const batches = seen.batches.map((text) => telemetryBatchSchema.parse(JSON.parse(text)));
  assert.deepEqual(batches.map((batch) => batch.tag).sort(), ['@test/fma', '@test/invert']);

  await fetch(`${baseUrl}/fault`, { method: 'PUT', body: 'reset' });
  await page.reload();
  const offline = await page.evaluate(visit, baseUrl);
  assert.equal(offline.last, 399);
  assert.deepEqual([offline.info.source, offline.info.offline], ['cache', true]);
  assert.equal(offline.report.left, 2);
});
