// What the parts of one build share: the tools, who runs at once, what is counted.

import type { BuildTools } from '../toolchain/build-tools.ts';
import type { JobPool } from '../toolchain/job-pool.ts';
import type { BuildOptions } from './build-types.ts';
import type { BuildDependencies } from './dependencies.ts';
import type { Elsewhere } from './portable-work.ts';
import type { PreparedModule } from './prepare-module.ts';

export interface BuildSession {
  readonly deps: BuildDependencies;
  readonly options: Pick<BuildOptions, 'onEvent' | 'prove' | 'outDir'>;
  readonly tools: BuildTools;
  readonly pool: JobPool;
  readonly provers: JobPool;
  readonly signal: AbortSignal;
  readonly prepared: PreparedModule;
  readonly counts: BuildCounts;
  /** Other machines, where they do the work. */
  readonly elsewhere?: Elsewhere;
}

export interface BuildCounts {
  compiles: number;
  links: number;
  cacheHits: number;
  /** When the last program was linked, on the clock of the build. */
  linkedAtMs: number;
}
