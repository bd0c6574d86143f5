// One Python file to a published function: front end, build with proofs, artifacts, registry. Shared by the commands
// that compile; prints nothing.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type BuildEvent,
  type BuildResult,
  buildFunction,
  type Diagnostic,
  type Frontend,
} from '@everypath/compiler';
import type { TargetName } from '@everypath/schema';
import { type Api, functionAddress } from './cli/api.ts';
import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import { allowanceOf } from './verify/allowance.ts';
import { type Allowance, EXACT } from './verify/compare.ts';
import { encodeBundle } from './verify/function-bundle.ts';
import { lightCases } from './verify/light-cases.ts';
import type { OracleCase } from './verify/oracle.ts';
import { cachedProver } from './verify/proof-cache.ts';
import type { DisprovedVariant } from './verify/prover.ts';
import type { RemoteBuild } from './workers/remote-build.ts';

export interface CompileRequest {
  readonly file: string;
  readonly targets?: readonly TargetName[];
  /** Most variants of one target. */
  readonly budget?: number;
  readonly onEvent?: (event: BuildEvent) => void;
  /** Prove WebAssembly in Chromium as well as in Node. */
  readonly browser?: boolean;
  /** Has compiles, links and proofs done by workers. */
  readonly workers?: RemoteBuild;
}

export interface Compiled {
  readonly source: string;
  /** Null where a diagnostic is an error. */
  readonly build: BuildResult | null;
  /** How far a result may lie from CPython's. */
  readonly allowance: Allowance;
  /** What the variants were run on. */
  readonly cases: readonly OracleCase[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles a file to every path of its targets, each proven as far as this machine can. */
export async function compileFile(
  config: Pick<Config, 'dataDir'>,
  frontend: Frontend,
  request: CompileRequest,
): Promise<Compiled> {
  const source = await readSource(request.file);
  const { module, diagnostics } = await frontend.compileSource({ source, file: request.file });
  if (!module) return { source, build: null, allowance: EXACT, cases: [], diagnostics };
  const { createProver } = await import('./verify/prover.ts');
  const { openProving } = await import('./verify/proving.ts');
  const cacheDir = join(config.dataDir, 'build');
  const proving = await openProving({ cacheDir, browser: request.browser ?? false });
  try {
    const { workers } = request;
    const prover = await createProver({ module, oracle: { file: request.file }, ...proving.ports });
    const judge = workers ? await workers.proverOf(module, prover.cases) : prover;
    const allowance = allowanceOf(module);
    const build = await buildFunction(module, {
      cacheDir,
      prove: cachedProver((variant, file) => judge.prove(variant, file), {
        folder: join(cacheDir, 'proofs'),
        cases: prover.cases,
        allowance,
        where: prover.where,
      }),
      ...(request.targets && request.targets.length > 0 ? { targets: request.targets } : {}),
      ...(request.budget === undefined ? {} : { budget: request.budget }),
      ...(request.onEvent ? { onEvent: request.onEvent } : {}),
      ...(workers ? { workers } : {}),
    });
    refuseDisproved(judge.disproved);
    return {
      source,
      build,
      allowance,
      cases: prover.cases,
      diagnostics: [...diagnostics, ...build.diagnostics],
    };
  } finally {
    await proving.close();
  }
}

/** A variant that ran and did not do what CPython does is a fault of the compiler or of an operator: nothing goes out. */
function refuseDisproved(disproved: readonly DisprovedVariant[]): void {
  const [first] = disproved;
  if (!first) return;
  throw new Failure(
    'EP_DISPROVED',
    `${disproved.length} variants differ from CPython; first ${first.variant} (${first.target}): ${first.reason}`,
    `Nothing was published. Its path: ${first.path.join(' · ')}`,
  );
}

/** Reads a Python source. */
export async function readSource(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'no such file' : code;
    throw new Failure('EP_FILE', `cannot read ${file}: ${why}`, `Is ${basename(file)} the right name?`);
  }
}

/** How many artifacts travel at once. */
const UPLOADS = 8;

/**
 * Sends every program and the cases that variants linked later are run on, then the publication: readers see all of it
 * or nothing.
 */
export async function publish(
  api: Api,
  build: Pick<BuildResult, 'publication' | 'files'>,
  cases: readonly OracleCase[] = [],
): Promise<void> {
  const { publication, files } = build;
  const bySha = new Map(publication.variants.map((variant) => [variant.sha256, files.get(variant.id)]));
  const waiting = [...bySha];
  const upload = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [sha256, file] = next;
      if (file === undefined) throw new Error(`the build gave no file for ${sha256}`);
      await api.putBytes(`/v1/artifacts/${sha256}`, await readFile(file));
    }
  };
  await Promise.all(Array.from({ length: UPLOADS }, upload));
  const kept = cases.length > 0 && (await uploadCases(api, publication.irText, cases));
  await api.put(functionAddress(publication.tag), { ...publication, ...(kept ? { cases: kept } : {}) });
}

/** Those that an emulator is given: the large ones take seconds to send and find nothing more. Returns the SHA-256. */
async function uploadCases(api: Api, irText: string, cases: readonly OracleCase[]): Promise<string> {
  const bundle = encodeBundle({ irText, cases: lightCases(cases) });
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  await api.putBytes(`/v1/artifacts/${sha256}`, bundle);
  return sha256;
}
