// One example of the demo compiled for all nine targets and proven.

import type { Frontend } from '@everypath/compiler';
import type { CommandContext } from '../cli/context.ts';
import { openProgress } from '../cli/progress.ts';
import { type Compiled, compileFile } from '../compile-and-publish.ts';
import type { Config } from '../config.ts';
import { Failure } from '../failure.ts';
import type { DemoExample } from './demo-examples.ts';
import { type Workload, workloadOf } from './workload.ts';

/** What compiling needs. */
export interface Workshop {
  readonly context: CommandContext;
  readonly config: Config;
  readonly frontend: Frontend;
}

export interface BuildSummary {
  readonly tag: string;
  readonly variants: number;
  /** Variants whose own code ran and agreed with CPython on every case. */
  readonly executed: number;
  readonly inspected: number;
  readonly seconds: number;
  readonly compiles: number;
  readonly links: number;
  readonly cacheHits: number;
}

export interface CompiledExample {
  readonly summary: BuildSummary;
  readonly workload: Workload;
  /** What is to be published. */
  readonly build: NonNullable<Compiled['build']>;
  readonly cases: Compiled['cases'];
}

/** Throws when the example does not compile or a variant differs from CPython. */
export async function compileExample(
  { context, config, frontend }: Workshop,
  example: DemoExample,
): Promise<CompiledExample> {
  const { output } = context;
  output.note(`${output.paint('bold', example.tag)} · ${example.workloadText}`);
  const progress = openProgress(context);
  const { build, allowance, cases, diagnostics } = await compileFile(config, frontend, {
    file: example.file,
    onEvent: progress.onEvent,
  }).finally(() => progress.close());
  if (!build) {
    throw new Failure('EP_NOT_COMPILED', `${example.file} does not compile`, diagnostics[0]?.message ?? '');
  }
  const { publication, targets, seconds, compiles, links, cacheHits } = build;
  const executed = targets.reduce((sum, target) => sum + target.executed, 0);
  const inspected = targets.reduce((sum, target) => sum + target.verified, 0) - executed;
  const here = publication.variants.filter(({ target }) => target === 'linux-x86_64' || target === 'wasm32');
  const proven = here.filter(({ proof }) => proof.how === 'executed').length;
  const variants = publication.variants.length;
  output.note(
    `  ${variants} variants in ${seconds.toFixed(1)} s: ${compiles} compiles, ${links} links, ${cacheHits} from the cache`,
  );
  output.note(
    `  ${executed} of ${variants} executed and equal to CPython (linux-x86_64 and wasm32: ${proven} of ${here.length})` +
      (inspected > 0 ? `; ${inspected} inspected: npm run setup -- --for prove` : ''),
  );
  return {
    summary: { tag: publication.tag, variants, executed, inspected, seconds, compiles, links, cacheHits },
    workload: workloadOf(example, cases, allowance),
    build,
    cases,
  };
}
