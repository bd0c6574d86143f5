// Any path of a published function, linked when it is asked for: from the function's text and the objects in the store,
// in the time of one link. Compiles only what the store lacks. Its tools stay loaded between requests.

import type { OperatorVariant } from '@everypath/operators';
import {
  isaCovers,
  type LibraryName,
  missingLibrary,
  type TargetName,
  type Variant,
} from '@everypath/schema';
import { buildTarget } from './build/build-target.ts';
import type { BuildOptions } from './build/build-types.ts';
import { type BuildDependencies, machineDependencies } from './build/dependencies.ts';
import { planUnits, unitIncludes } from './build/plan-target.ts';
import { type PreparedModule, pathsOf, prepareText } from './build/prepare-module.ts';
import { type PrunedVariant, prunedVariants } from './paths/admissible.ts';
import { findPath, type PathAddress, type PathSpace, pathAt } from './paths/path-space.ts';
import { planPath } from './paths/plan-paths.ts';
import { fingerprint } from './store/fingerprint.ts';
import { ObjectCache } from './store/object-cache.ts';
import { TARGET_TOOLCHAINS } from './targets/registry.ts';
import { type BuildTools, openBuildTools } from './toolchain/build-tools.ts';
import { createHeaderDigests } from './toolchain/header-digest.ts';
import { createJobPool } from './toolchain/job-pool.ts';

/** A path by its number, or by the operator variants that it chooses, node by node. */
export type PathName = bigint | readonly string[];

/** One path, named before it is linked. */
export interface NamedPath {
  readonly number: bigint;
  /** The variant id that its program has, linked or not. */
  readonly id: string;
  readonly isaLevel: PathAddress['isa'];
  readonly path: readonly string[];
}

/** A target's paths, none of them listed. */
export interface PathsOfTarget {
  readonly target: TargetName;
  readonly total: bigint;
  /** Paths that need each level, lowest first. */
  readonly levels: readonly { readonly level: PathAddress['isa']; readonly paths: bigint }[];
  /** By node: how many operator variants its paths choose from, and those they never do. */
  readonly nodes: readonly {
    readonly operator: string;
    readonly label: string;
    readonly choices: readonly string[];
    readonly pruned: readonly PrunedVariant[];
  }[];
  /** Nodes that no operator variant can serve here: the target has no path. */
  readonly impossible: readonly number[];
  /**
   * By node: what a program is made of that a device of this level runs best, with these libraries installed; empty where
   * the target has no path.
   */
  choicesAt(level: PathAddress['isa'], installed: readonly LibraryName[]): readonly (readonly string[])[];
  /** Undefined where there is no such path. */
  at(name: PathName): NamedPath | undefined;
}

export interface LinkRequest {
  /** The function as its publication carries it. */
  readonly irText: string;
  readonly target: TargetName;
  readonly path: PathName;
  /** Judges the program; without it its structure is inspected. */
  readonly prove?: BuildOptions['prove'];
}

export interface LinkedPath {
  readonly variant: Variant;
  readonly number: bigint;
  /** In the store: read only. */
  readonly file: string;
  /** What was not in the store. */
  readonly compiles: number;
  readonly links: number;
}

export interface PathLinker {
  paths(irText: string, target: TargetName): PathsOfTarget;
  /** Undefined where the target has no such path. Throws a `BuildError` when the machine cannot do its part. */
  link(request: LinkRequest): Promise<LinkedPath | undefined>;
  close(): Promise<void>;
}

/** Modules read and kept, the latest last. */
const MODULES_KEPT = 32;

/** Opens the toolchain and the store. */
export async function openPathLinker(
  { cacheDir }: Pick<BuildOptions, 'cacheDir'>,
  deps: BuildDependencies = machineDependencies(),
): Promise<PathLinker> {
  const tools = await openBuildTools({ cacheDir, env: deps.env, deps });
  const pool = createJobPool(deps.processors);
  const provers = createJobPool(deps.processors);
  const kept = new Map<string, PreparedModule>();
  const prepare = (irText: string): PreparedModule => {
    const key = fingerprint(irText);
    const prepared = kept.get(key) ?? prepareText(irText);
    kept.delete(key);
    kept.set(key, prepared);
    if (kept.size > MODULES_KEPT) kept.delete(kept.keys().next().value!);
    return prepared;
  };
  return {
    paths: (irText, target) => describePaths(prepare(irText), target, tools),
    async link({ irText, target: name, path, prove }) {
      const prepared = prepare(irText);
      const target = TARGET_TOOLCHAINS[name];
      const address = locate(pathsOf(prepared, target), path);
      if (!address) return undefined;
      const signal = new AbortController().signal;
      const planned = planPath(address, target, identityOf(prepared, tools));
      const inputs = {
        prepared,
        sysroot: tools.toolchain.sysroot,
        headers: createHeaderDigests(unitIncludes(tools.toolchain.sysroot)),
        signal,
      };
      const counts = { compiles: 0, links: 0, cacheHits: 0, linkedAtMs: 0 };
      const [built] = await buildTarget(
        {
          deps,
          options: prove ? { prove } : {},
          // What is in the store is looked at anew each time: in a service's lifetime a file may rot.
          tools: { ...tools, cache: new ObjectCache(cacheDir, deps) },
          pool,
          provers,
          signal,
          prepared,
          counts,
        },
        planUnits(inputs, target, [planned]),
      );
      const { compiles, links } = counts;
      return { variant: built!.variant, number: address.number, file: built!.file, compiles, links };
    },
    close: () => tools.toolbox.close(),
  };
}

const identityOf = (prepared: PreparedModule, tools: BuildTools) => ({
  irHash: prepared.irHash,
  toolchain: tools.toolchain.id,
});

function locate(space: PathSpace, name: PathName): PathAddress | undefined {
  if (typeof name !== 'bigint') return findPath(space, name);
  return name >= 0n && name < space.total ? pathAt(space, name) : undefined;
}

function describePaths(prepared: PreparedModule, name: TargetName, tools: BuildTools): PathsOfTarget {
  const target = TARGET_TOOLCHAINS[name];
  const space = pathsOf(prepared, target);
  return {
    target: name,
    total: space.total,
    levels: space.levels.map(({ level, count }) => ({ level, paths: count })),
    nodes: prepared.nodes.map(({ operator, label }, node) => ({
      operator,
      label,
      choices: [
        ...new Set(space.levels.flatMap(({ choices }) => choices[node]!.map((variant) => variant.name))),
      ],
      pruned: prunedVariants(prepared.choices[node]!, target),
    })),
    impossible: space.impossible,
    choicesAt(level, installed) {
      // A level without paths of its own runs those of the next lower one.
      const at = space.levels.findLast(({ level: own }) => isaCovers(level, own));
      if (!at) return [];
      const had = ({ library }: OperatorVariant) =>
        library === undefined || missingLibrary([library], installed) === undefined;
      return at.choices.map((variants) => variants.filter(had).map((variant) => variant.name));
    },
    at(path) {
      const address = locate(space, path);
      if (!address) return undefined;
      const { id, isa, choices } = planPath(address, target, identityOf(prepared, tools));
      return { number: address.number, id, isaLevel: isa, path: choices.map((variant) => variant.name) };
    },
  };
}
