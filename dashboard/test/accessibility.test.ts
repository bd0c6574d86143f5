// Every page in a real browser: no accessibility violation (axe-core), no sideways scrolling on a phone, nothing
// that the content security policy stops. Skipped where Chromium is not installed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Browser, Page } from 'puppeteer-core';
import { createDashboard } from '../src/index.ts';
import { chromiumFound, openBrowser } from './browser.ts';
import { openSeeded } from './open-seeded.ts';
import { CLASSES, NOW_MS, seededPlatform } from './seed.ts';

const ORIGIN = 'http://dashboard.test';
const PAGES = [
  '/',
  '/functions/@vision/preprocess',
  '/operators',
  '/operators/PIL.Image.Image.resize',
  '/decisions',
  `/explain/@vision/preprocess?class=${CLASSES.xeon}`,
  '/functions/@no/where',
];

describe('in a browser', { skip: chromiumFound() ? false : 'Chromium is not installed' }, () => {
  let clickhouse: ClickHouseClient;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    clickhouse = await openSeeded();
    const { app } = createDashboard({ clickhouse, platform: seededPlatform, clock: { nowMs: () => NOW_MS } });
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    // The pages are answered from here: no port is opened.
    await page.setRequestInterception(true);
    page.on('request', async (request) => {
      const response = await app.request(request.url());
      await request.respond({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
  });

  after(async () => {
    await browser.close();
    await clickhouse.close();
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  for (const scheme of ['light', 'dark']) {
    for (const address of PAGES) {
      test(`${address.split('?')[0]} in ${scheme}`, async () => {
        complaints.length = 0;
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.setViewport({ width: 1280, height: 900 });
        await page.goto(ORIGIN + address);
        assert.deepEqual(
          complaints.filter((text) => !text.includes('404')),
          [],
        );
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const found = await (globalThis as unknown as { axe: AxeInPage }).axe.run();
          return found.violations.map((one) =>
            `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`.slice(0, 600),
          );
        });
        assert.deepEqual(violations, []);
        await page.setViewport({ width: 375, height: 800 });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 375, `the page is ${width} px wide on a phone of 375`);
      });
    }
  }
});

interface AxeInPage {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}
