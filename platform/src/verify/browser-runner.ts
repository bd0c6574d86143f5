// WebAssembly programs in headless Chromium: one page that keeps the cases, judges there by the same rules and gives
// back what they came to. No page of ours is served: the program's bytes go in as text.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { bundleForPage, launchChromium } from '../chromium.ts';
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

/** Longest that a program may take over all its cases. */
const TIMEOUT_MS = 120_000;

/** Starts the browser. */
export async function openBrowserRunner(executablePath: string): Promise<BrowserRunner> {
  const { browser, close } = await launchChromium(executablePath, { timeoutMs: TIMEOUT_MS });
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

async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.evaluate(await bundleForPage(join(import.meta.dirname, 'browser-page.ts')));
  return page;
}
