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

/** Typed arrays cross as base64, the way `browser-session.ts` reads them. */
function encodeValue(_key: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const { buffer, byteOffset, byteLength } = value;
  return {
    typedArray: value.constructor.name,
    base64: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64'),
  };
}

const ARRAYS: Readonly<Record<string, (bytes: ArrayBuffer) => Value>> = {
  Int8Array: (bytes) => new Int8Array(bytes),
  Uint8Array: (bytes) => new Uint8Array(bytes),
  Int16Array: (bytes) => new Int16Array(bytes),
  Uint16Array: (bytes) => new Uint16Array(bytes),
  Int32Array: (bytes) => new Int32Array(bytes),
  Uint32Array: (bytes) => new Uint32Array(bytes),
  BigInt64Array: (bytes) => new BigInt64Array(bytes),
  BigUint64Array: (bytes) => new BigUint64Array(bytes),
  Float32Array: (bytes) => new Float32Array(bytes),
  Float64Array: (bytes) => new Float64Array(bytes),
};

function decodeValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('typedArray' in value) || !('base64' in value)) {
    return value;
  }
  const bytes = new Uint8Array(Buffer.from(String(value.base64), 'base64'));
  return ARRAYS[String(value.typedArray)]?.(bytes.buffer) ?? bytes;
}
