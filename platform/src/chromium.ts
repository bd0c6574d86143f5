// Headless Chromium for programs that run in a page: where it is, how it is started and ended, scripts bundled for it.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import puppeteer, { type Browser } from 'puppeteer-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** For a machine without a display, a sandboxable user or a network. */
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

export interface Chromium {
  readonly browser: Browser;
  /** Ends it and deletes its profile. */
  close(): Promise<void>;
}

/** The browser's file, `EVERYPATH_CHROMIUM` first, or null. */
export const findChromium = (env: Readonly<Record<string, string | undefined>>): string | null =>
  [env.EVERYPATH_CHROMIUM ?? '', ...PLACES].find((place) => place !== '' && existsSync(place)) ?? null;

/** Starts it with a profile of its own. `timeoutMs` is the longest that a page may take to answer. */
export async function launchChromium(
  executablePath: string,
  options: { readonly flags?: readonly string[]; readonly timeoutMs?: number } = {},
): Promise<Chromium> {
  const userDataDir = await mkdtemp(join(tmpdir(), 'everypath-chromium-'));
  const discard = (): Promise<void> => rm(userDataDir, { recursive: true, force: true });
  try {
    const browser = await puppeteer.launch({
      executablePath,
      args: [...FLAGS, ...(options.flags ?? [])],
      userDataDir,
      ...(options.timeoutMs !== undefined && { protocolTimeout: options.timeoutMs }),
    });
    return {
      browser,
      async close() {
        await browser.close();
        await discard();
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** A script with all it imports, with the browser's entry of every package, as text for `page.evaluate`. */
export async function bundleForPage(entryPoint: string): Promise<string> {
  const result = await build({
    entryPoints: [entryPoint],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}
