// Headless Chromium as a device: the same session code, bundled, on an isolated page of the service, so that the clock
// steps by microseconds. Absent where Chromium is not installed.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Value } from '@everypath/client';
import { type IsaLevel, isaLevelSchema } from '@everypath/schema';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import type { BrowserCall } from './browser-session.ts';
import type { DemoDevice } from './demo-device.ts';
import { decodeValue, encodeValue } from './typed-array-json.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Flags for a machine without a display, a sandboxable user or a network. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // As in Node: see node-devices.ts.
  '--js-flags=--no-liftoff',
];

/** The browser found, or null. */
export const findChromium = (): string | null =>
  [process.env.EVERYPATH_CHROMIUM ?? '', ...PLACES].find((place) => place !== '' && existsSync(place)) ??
  null;

/** Starts the browser on the service's isolated page. */
export async function browserDevice(executablePath: string, baseUrl: string): Promise<DemoDevice> {
  const userDataDir = await mkdtemp(join(tmpdir(), 'everypath-chromium-'));
  const browser = await puppeteer.launch({ executablePath, args: FLAGS, userDataDir });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(userDataDir, { recursive: true, force: true });
  };
  try {
    const page = await browser.newPage();
    await page.goto(`${baseUrl}/browser`);
    await page.evaluate(await bundleSession());
    const call = async <T>(kind: BrowserCall['kind'], rest: object): Promise<T> =>
      JSON.parse(
        await page.evaluate(
          (request) => (globalThis as unknown as BrowserGlobal).everypathDemo(request),
          JSON.stringify({ kind, ...rest }, encodeValue),
        ),
        decodeValue,
      ) as T;
    const isaLevel: IsaLevel = isaLevelSchema.parse(await call('isa', {}));
    let held: readonly Value[] | undefined;
    const hold = async (inputs: readonly Value[]): Promise<void> => {
      if (inputs !== held) await call('inputs', { inputs });
      held = inputs;
    };
    return {
      name: 'chromium',
      target: 'wasm32',
      isaLevel,
      async visit(setup, inputs, options) {
        await hold(inputs);
        return call('visit', { setup, options });
      },
      async measure(setup, inputs, candidates, options) {
        await hold(inputs);
        return call('measure', { setup, candidates, options });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface BrowserGlobal {
  everypathDemo(request: string): Promise<string>;
}

async function bundleSession(): Promise<string> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, 'browser-session.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}
