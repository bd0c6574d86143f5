// The proof of a build's variants: each program is run on every case and compared with what CPython answered, once for
// all variants: here, in a browser, or on a machine that stands in for its own. Where there is none the proof says what
// is missing, and the program is left to the inspection of its structure.

import { detectDevice, hostTarget } from '@everypath/client';
import type { IrModule, LinkedVariant } from '@everypath/compiler';
import {
  type IsaLevel,
  isaCovers,
  LIBRARIES,
  type LibraryName,
  missingLibrary,
  type Proof,
  type TargetName,
} from '@everypath/schema';
import type { MachineFor } from '../emulators/machines.ts';
import type { RunnerPool } from '../emulators/runner-pool.ts';
import { allowanceOf } from './allowance.ts';
import type { BrowserRunner } from './browser-runner.ts';
import type { Allowance } from './compare.ts';
import type { Outcome } from './judge.ts';
import { lightCases } from './light-cases.ts';
import { askOracle, type OracleCase } from './oracle.ts';
import type { ProgramPool } from './program-pool.ts';
import { type Elsewhere, runElsewhere } from './run-elsewhere.ts';

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
  /** Cases that each variant runs; under an emulator those of `lightCases`. */
  readonly cases: readonly OracleCase[];
  /** The browser that WebAssembly runs in beside Node; empty without one. */
  readonly where: string;
}

export interface ProverOptions {
  /** The typed module that the variants are built from. */
  readonly module: IrModule;
  /** The Python file that CPython is asked with, found by its path; or the cases with its answers. */
  readonly oracle:
    | { readonly file: string; readonly entry?: string }
    | { readonly cases: readonly OracleCase[] };
  readonly pool: ProgramPool;
  /** Machines for programs of other systems; without them these are only inspected. */
  readonly elsewhere?: {
    readonly machineFor: MachineFor;
    readonly runners: RunnerPool;
  };
  /** Runs WebAssembly in a browser as well as in Node. */
  readonly browser?: BrowserRunner;
  /** What this machine runs natively and in WebAssembly; found out when left open. */
  readonly levels?: RunnableLevels;
}

/** Sound by its structure, and not executed: the reason says what would execute it. */
const inspected = (reason: string): Proof => ({
  how: 'inspected',
  by: `structure; ${reason}`,
  cases: 0,
  worst: 0,
});

const node = `node ${process.versions.node.split('.')[0]}`;

/** The highest level that each kind of program may need to be run here, and what it may call. */
export interface RunnableLevels {
  readonly native: IsaLevel;
  readonly wasm: IsaLevel;
  /** What is installed of what programs may call. */
  readonly libraries: readonly string[];
}

/** What this processor and this Node have. */
export async function runnableLevels(): Promise<RunnableLevels> {
  const [native, wasm] = await Promise.all([detectDevice(), detectDevice({ wasm: true })]);
  return { native: native.isaLevel, wasm: wasm.isaLevel, libraries: native.libraries ?? [] };
}

/** Asks CPython once and returns the prover. Throws when CPython cannot answer: then nothing can be proven. */
export async function createProver(options: ProverOptions): Promise<Prover> {
  const { module, pool } = options;
  const levels = options.levels ?? (await runnableLevels());
  const cases = 'cases' in options.oracle ? options.oracle.cases : await casesOf(options.oracle);
  const allowance = allowanceOf(module);
  const disproved: DisprovedVariant[] = [];
  const host = hostTarget();
  const elsewhere = options.elsewhere && {
    machineFor: options.elsewhere.machineFor,
    onProcessor: layOut(options.elsewhere.runners, cases),
    onEmulator: layOut(options.elsewhere.runners, lightCases(cases)),
  };

  /** Cases laid out for runners at first use. */
  function layOut(runners: RunnerPool, own: readonly OracleCase[]): () => Elsewhere {
    let made: Elsewhere | undefined;
    return () => {
      made ??= runElsewhere({ pool: runners, description: describe(module), cases: own, allowance });
      return made;
    };
  }

  /** Where a program runs, and the way to run it there; or why nowhere. */
  async function placeFor(
    target: TargetName,
    needs: IsaLevel,
    libraries: readonly LibraryName[],
  ): Promise<Place | string | null> {
    if (target === 'wasm32') {
      if (!isaCovers(levels.wasm, needs)) return `${node} has no ${needs}`;
      const run = (file: string) => pool.run({ file, target, cases, allowance });
      return options.browser
        ? inBoth(run, options.browser, { cases, allowance })
        : { by: node, cases: cases.length, run };
    }
    const absent = missingLibrary(libraries, levels.libraries);
    if (target === host && isaCovers(levels.native, needs) && absent === undefined)
      return {
        by: `${target} natively${libraries.map((name) => `, ${LIBRARIES[name].title}`).join('')}`,
        cases: cases.length,
        run: (file) => pool.run({ file, target, cases, allowance }),
      };
    if (!elsewhere) return target === host ? `this machine has no ${absent ?? needs}` : null;
    const found = await elsewhere.machineFor(target, needs, libraries);
    if (found.kind === 'missing') return found.reason;
    const { machine } = found;
    const laidOut = machine.emulated ? elsewhere.onEmulator() : elsewhere.onProcessor();
    return { by: machine.by, cases: laidOut.cases, run: (file) => laidOut.run(machine, file) };
  }

  return {
    cases,
    disproved,
    where: options.browser?.name ?? '',
    async prove({ id, target, isaLevel, path, libraries = [] }, program) {
      const place = await placeFor(target, isaLevel, libraries);
      if (place === null || typeof place === 'string') return place === null ? null : inspected(place);
      const outcome = await place.run(program);
      const failure = outcome.failures[0];
      if (!failure && outcome.passed === place.cases) {
        return { how: 'executed', by: place.by, cases: place.cases, worst: outcome.worst };
      }
      const reason = failure?.message ?? 'not every case was run';
      disproved.push({ variant: id, target, path, reason });
      return { how: 'unproven', by: reason, cases: outcome.passed, worst: outcome.worst };
    },
  };
}

async function casesOf(ask: {
  readonly file: string;
  readonly entry?: string;
}): Promise<readonly OracleCase[]> {
  const answer = await askOracle(ask);
  if (answer.kind === 'answered') return answer.cases;
  throw new Error(
    `CPython gives no cases for ${ask.file}${answer.line ? `:${answer.line}` : ''}: ${answer.message}`,
  );
}

interface Place {
  /** For people. */
  readonly by: string;
  /** How many cases a program has to pass there. */
  readonly cases: number;
  readonly run: (file: string) => Promise<Outcome>;
}

/** First in Node, then in the browser: the worse of the two counts. */
function inBoth(
  inNode: Place['run'],
  browser: BrowserRunner,
  judged: { readonly cases: readonly OracleCase[]; readonly allowance: Allowance },
): Place {
  return {
    by: `${node}, ${browser.name}`,
    cases: judged.cases.length,
    async run(file) {
      const first = await inNode(file);
      if (first.passed < first.cases || first.failures.length > 0) return first;
      const second = await browser.run({ file, ...judged });
      return { ...second, worst: Math.max(first.worst, second.worst) };
    },
  };
}

/** What every program of a module says of itself, but for its nodes. */
const describe = ({ tag, file, parameters, result }: IrModule) => ({
  abi: 1 as const,
  tag,
  file: file.split(/[\\/]/).pop() ?? '',
  signature: { parameters: [...parameters], result },
  nodes: [],
});
