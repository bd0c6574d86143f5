// Headless Chromium as a device: the same session code, bundled, on an isolated page of the service, so that the clock
// steps by microseconds. Absent where Chromium is not installed.

import { join } from 'node:path';
import { type IsaLevel, isaLevelSchema } from '@everypath/schema';
import { bundleForPage, launchChromium } from '../chromium.ts';
import type { BrowserCall } from './browser-session.ts';
import { type DemoDevice, sessionOver } from './demo-device.ts';
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
    const ask = async (call: BrowserCall): Promise<unknown> =>
      JSON.parse(
        await page.evaluate(
          (request) => (globalThis as unknown as BrowserGlobal).everypathDemo(request),
          JSON.stringify(call, encodeValue),
        ),
        decodeValue,
      );
    const isaLevel: IsaLevel = isaLevelSchema.parse(await ask({ kind: 'isa' }));
    return { name: 'chromium', target: 'wasm32', isaLevel, libraries: [], session: sessionOver(ask), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface BrowserGlobal {
  everypathDemo(request: string): Promise<string>;
}
