// Everything that proofs run on, with one lifetime: processes for programs of this machine, machines and runners for
// those of others and, when asked for, a browser.

import { availableParallelism } from 'node:os';
import { createRunnerBuilder } from '../emulators/build-runner.ts';
import { createMachines } from '../emulators/machines.ts';
import { RunnerPool } from '../emulators/runner-pool.ts';
import { Failure } from '../failure.ts';
import { createProgramPool } from './program-pool.ts';
import { type ProverOptions, runnableLevels } from './prover.ts';

export interface ProvingOptions {
  /** Where runners are kept, and what else machines need. */
  readonly cacheDir: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Also run WebAssembly in Chromium. */
  readonly browser?: boolean;
}

export interface Proving {
  /** What a prover takes beside its module and file. */
  readonly ports: Pick<ProverOptions, 'pool' | 'elsewhere' | 'browser' | 'levels'>;
  close(): Promise<void>;
}

/** Finds out what there is; processes start when first needed. */
export async function openProving({
  cacheDir,
  env = process.env,
  browser = false,
}: ProvingOptions): Promise<Proving> {
  const size = availableParallelism();
  const levels = await runnableLevels();
  const inBrowser = browser ? await openBrowser(env) : null;
  const pool = createProgramPool({ size });
  const runners = new RunnerPool({ size });
  const machineFor = createMachines({
    platform: process.platform,
    architecture: process.arch,
    level: levels.native,
    libraries: levels.libraries,
    env,
    builder: createRunnerBuilder(cacheDir, env),
  });
  return {
    ports: { pool, levels, elsewhere: { machineFor, runners }, ...(inBrowser ? { browser: inBrowser } : {}) },
    async close() {
      runners.close();
      await Promise.all([pool.close(), inBrowser?.close()]);
    },
  };
}

async function openBrowser(env: Readonly<Record<string, string | undefined>>) {
  const { findChromium } = await import('../chromium.ts');
  const file = findChromium(env);
  if (file) return (await import('./browser-runner.ts')).openBrowserRunner(file);
  throw new Failure(
    'EP_NO_BROWSER',
    'no Chromium was found',
    'Debian: apt-get install chromium; or set EVERYPATH_CHROMIUM.',
  );
}
