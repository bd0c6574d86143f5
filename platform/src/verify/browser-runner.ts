// WebAssembly programs in headless Chromium: one page that keeps the cases, judges there by the same rules and gives
// back what they came to. No page of ours is served: the program's bytes go in as text.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import type { BrowserRequest } from './browser-page.ts';
import { encodeCase } from './case-json.ts';
import type { Allowance } from './compare.ts';
import { nothingRan, type Outcome } from './judge.ts';
import type { OracleCase } from './oracle.ts';

export interface BrowserRun {
  readonly file: string;
  readonly cases: readonly OracleCase[];
  readonly allowance: Allowance;
}

export interface BrowserRunner {
  /** `chromium 140`. */
  readonly name: string;
  run(run: BrowserRun): Promise<Outcome>;
  close(): Promise<void>;
}

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** For a machine without a display, a sandboxable user or a network. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Longest that a program may take over all its cases. */
const TIMEOUT_MS = 120_000;

/** The browser's file, or null. */
export const findBrowser = (env: Readonly<Record<string, string | undefined>>): string | null =>
  [env.EVERYPATH_CHROMIUM ?? '', ...PLACES].find((place) => place !== '' && existsSync(place)) ?? null;

/** Starts the browser. */
export async function openBrowserRunner(executablePath: string): Promise<BrowserRunner> {
  const userDataDir = await mkdtemp(join(tmpdir(), 'everypath-prove-'));
  const browser = await puppeteer.launch({
    executablePath,
    args: FLAGS,
    userDataDir,
    protocolTimeout: TIMEOUT_MS,
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(userDataDir, { recursive: true, force: true });
  };
  try {
    const version = /\/(\d+)/.exec(await browser.version())?.[1] ?? '';
    let page = await openPage(browser);
    let held: readonly OracleCase[] | undefined;
    let turn: Promise<unknown> = Promise.resolve();
    const ask = async (request: BrowserRequest): Promise<Outcome> =>
      JSON.parse(
        await page.evaluate(
          (text) => (globalThis as unknown as PageGlobal).everypathProve(text),
          JSON.stringify(request, encodeCase),
        ),
      ) as Outcome;
    async function runNow({ file, cases, allowance }: BrowserRun): Promise<Outcome> {
      try {
        if (held !== cases) await ask({ kind: 'cases', cases });
        held = cases;
        return await ask({ kind: 'run', program: await readFile(file), allowance });
      } catch (error) {
        // A page that crashed or hangs is thrown away.
        await page.close().catch(() => undefined);
        page = await openPage(browser);
        held = undefined;
        return nothingRan(`chromium: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return {
      name: `chromium ${version}`,
      run(request) {
        const outcome = turn.then(() => runNow(request));
        turn = outcome.catch(() => undefined);
        return outcome;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface PageGlobal {
  everypathProve(request: string): Promise<string>;
}

type Browser = Awaited<ReturnType<typeof puppeteer.launch>>;

async function openPage(browser: Browser) {
  const page = await browser.newPage();
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'browser-page.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    write: false,
  });
  await page.evaluate(bundle.outputFiles[0]?.text ?? '');
  return page;
}
