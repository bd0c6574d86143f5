// The proof of a build's variants: each program that this machine can run is run on every case and compared with what
// CPython answered, once for all variants. The others are left to the inspection of their structure.

import { detectDevice, hostTarget } from '@everypath/client';
import type { IrModule, LinkedVariant } from '@everypath/compiler';
import { type IsaLevel, isaCovers, type Proof, type TargetName } from '@everypath/schema';
import { allowanceOf } from './allowance.ts';
import { askOracle, type OracleCase } from './oracle.ts';
import type { ProgramPool } from './program-pool.ts';

/** A variant that ran and did not do what CPython does. */
export interface DisprovedVariant {
  readonly variant: string;
  readonly target: TargetName;
  readonly path: readonly string[];
  readonly reason: string;
}

export interface Prover {
  /** The port that `buildFunction` takes; null leaves a variant to inspection. */
  prove(variant: LinkedVariant, file: string): Promise<Proof | null>;
  /** What is wrong so far. Nothing in it may be published. */
  readonly disproved: readonly DisprovedVariant[];
  /** Cases that each variant runs. */
  readonly cases: readonly OracleCase[];
}

export interface ProverOptions {
  /** The typed module that the variants are built from. */
  readonly module: IrModule;
  /** Path of the Python file; its cases and the modules beside it are found from there. */
  readonly file: string;
  readonly entry?: string;
  readonly pool: ProgramPool;
  /** What this machine runs natively and in WebAssembly; found out when left open. */
  readonly levels?: RunnableLevels;
}

const unproven = (by: string): Proof => ({ how: 'unproven', by, cases: 0, worst: 0 });

const judgeText = (target: TargetName): string =>
  target === 'wasm32' ? `node ${process.versions.node.split('.')[0]}` : `${target} natively`;

/** The highest level that each kind of program may need to be run here. */
export interface RunnableLevels {
  readonly native: IsaLevel;
  readonly wasm: IsaLevel;
}

/** What this processor and this Node have. */
export async function runnableLevels(): Promise<RunnableLevels> {
  const [native, wasm] = await Promise.all([detectDevice(), detectDevice({ wasm: true })]);
  return { native: native.isaLevel, wasm: wasm.isaLevel };
}

/** Asks CPython once and returns the prover. Throws when CPython cannot answer: then nothing can be proven. */
export async function createProver(options: ProverOptions): Promise<Prover> {
  const { module, file, entry, pool } = options;
  const levels = options.levels ?? (await runnableLevels());
  const answer = await askOracle({ file, ...(entry ? { entry } : {}) });
  if (answer.kind === 'refused') {
    throw new Error(
      `CPython gives no cases for ${file}${answer.line ? `:${answer.line}` : ''}: ${answer.message}`,
    );
  }
  const { cases } = answer;
  const allowance = allowanceOf(module);
  const disproved: DisprovedVariant[] = [];
  const host = hostTarget();
  return {
    cases,
    disproved,
    async prove({ id, target, isaLevel: needs, path }, program) {
      if (target !== host && target !== 'wasm32') return null;
      const runs = isaCovers(target === 'wasm32' ? levels.wasm : levels.native, needs);
      if (!runs) return unproven(`this machine has no ${needs}`);
      const outcome = await pool.run({ file: program, target, cases, allowance });
      const failure = outcome.failures[0];
      if (!failure && outcome.passed === cases.length) {
        return { how: 'executed', by: judgeText(target), cases: cases.length, worst: outcome.worst };
      }
      const reason = failure?.message ?? 'not every case was run';
      disproved.push({ variant: id, target, path, reason });
      return { how: 'unproven', by: reason, cases: outcome.passed, worst: outcome.worst };
    },
  };
}
