// Headless Chromium as a device: the same session code, bundled, on an isolated page of the service, so that the clock
// steps by microseconds. Absent where Chromium is not installed.

import { join } from 'node:path';
import type { Value } from '@everypath/client';
import { type IsaLevel, isaLevelSchema } from '@everypath/schema';
import { bundleForPage, launchChromium } from '../chromium.ts';
import type { BrowserCall } from './browser-session.ts';
import type { DemoDevice } from './demo-device.ts';
import { decodeValue, encodeValue } from './typed-array-json.ts';

// As in Node: see node-devices.ts.
const FLAGS = ['--js-flags=--no-liftoff'];

/** Starts the browser on the service's isolated page. */
export async function browserDevice(executablePath: string, baseUrl: string): Promise<DemoDevice> {
  const { browser, close } = await launchChromium(executablePath, { flags: FLAGS });
  try {
    const page = await browser.newPage();
    await page.goto(`${baseUrl}/browser`);
    await page.evaluate(await bundleForPage(join(import.meta.dirname, 'browser-session.ts')));
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
      libraries: [],
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
