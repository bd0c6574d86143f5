// A typed module in, all its programs out: plans the paths of each target, compiles what they need once, links them,
// proves them. What it cannot build it says in a diagnostic; a machine that fails (no compiler, no disk) throws.

import { TARGET_NAMES, type TargetName } from '@everypath/schema';
import type { BuildSession } from './build/build-session.ts';
import { type BuiltVariant, buildTarget, settleAll } from './build/build-target.ts';
import type { BuildOptions, BuildResult, TargetResult } from './build/build-types.ts';
import { type BuildDependencies, machineDependencies } from './build/dependencies.ts';
import { planUnits, type TargetPlan, unitIncludes } from './build/plan-target.ts';
import { prepareModule } from './build/prepare-module.ts';
import { programNode } from './emit/node-plan.ts';
import type { Diagnostic } from './ir/diagnostic.ts';
import type { IrModule } from './ir/ir.ts';
import { planPaths } from './paths/plan-paths.ts';
import { TARGET_TOOLCHAINS } from './targets/registry.ts';
import { openBuildTools } from './toolchain/build-tools.ts';
import { createHeaderDigests } from './toolchain/header-digest.ts';
import { createJobPool } from './toolchain/job-pool.ts';

/** Variants of one target beyond which a covering selection is built. */
export const DEFAULT_BUDGET = 256;

/** Jobs under way at once when other machines do them. */
const JOBS_ELSEWHERE = 64;

/** Builds every variant of a typed module. Throws a `BuildError` when the machine cannot do its part. */
export async function buildFunction(
  module: IrModule,
  options: BuildOptions,
  deps: BuildDependencies = machineDependencies(),
): Promise<BuildResult> {
  const prepared = prepareModule(module);
  const startedMs = deps.clock();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const { cacheDir, workers } = options;
  const tools = await openBuildTools({
    cacheDir,
    env: deps.env,
    deps,
    ...(workers && { shared: workers.shared }),
  });
  const jobs = options.jobs ?? (workers ? JOBS_ELSEWHERE : deps.processors);
  try {
    return await buildWith({
      deps,
      options,
      tools,
      pool: createJobPool(Math.max(1, jobs)),
      provers: createJobPool(Math.max(1, jobs)),
      signal,
      stop,
      prepared,
      counts: { compiles: 0, links: 0, cacheHits: 0, linkedAtMs: startedMs },
      startedMs,
      ...(workers && { elsewhere: workers.elsewhere }),
    });
  } finally {
    await tools.toolbox.close();
  }
}

interface FunctionBuild extends BuildSession {
  readonly options: BuildOptions;
  readonly stop: AbortController;
  readonly startedMs: number;
}

async function buildWith(build: FunctionBuild): Promise<BuildResult> {
  const { deps, options, prepared, counts, startedMs } = build;
  const { module, nodes } = prepared;
  const plans = planTargets(build);
  options.onEvent?.({
    kind: 'start',
    targets: plans.map(({ target, plan, kernels }) => ({
      target: target.name,
      units: plan.paths.length === 0 ? 0 : kernels.size + 1,
      variants: plan.paths.length,
      paths: plan.total,
    })),
  });
  const built = await settleAll(
    plans.map(async (plan) => {
      try {
        return await buildTarget(build, plan);
      } catch (error) {
        build.stop.abort();
        throw error;
      }
    }),
  );
  const seconds = (deps.clock() - startedMs) / 1000;
  options.onEvent?.({ kind: 'done', seconds });
  const all = built.flat();
  return {
    publication: {
      tag: module.tag,
      description: module.description,
      file: module.file.split(/[\\/]/).pop() ?? '',
      source: module.source,
      signature: { parameters: [...module.parameters], result: module.result },
      nodes: nodes.map(programNode),
      irText: prepared.irText,
      irHash: prepared.irHash,
      toolchain: build.tools.toolchain.id,
      variants: all.map(({ variant }) => variant),
    },
    files: new Map(all.map(({ variant, file }) => [variant.id, file])),
    targets: plans.map((plan, index) => summarize(plan, built[index]!)),
    seconds,
    emissionSeconds: (counts.linkedAtMs - startedMs) / 1000,
    compiles: counts.compiles,
    links: counts.links,
    cacheHits: counts.cacheHits,
    diagnostics: plans.flatMap((plan) =>
      missingVariants(
        module,
        plan,
        nodes.map((node) => node.operator),
      ),
    ),
  };
}

/** The paths of each target, and the units to compile for them. */
function planTargets({ options, prepared, tools, signal }: FunctionBuild): readonly TargetPlan[] {
  const { toolchain } = tools;
  const headers = createHeaderDigests(unitIncludes(toolchain.sysroot));
  const identity = { irHash: prepared.irHash, toolchain: toolchain.id };
  const { cost } = options;
  return (options.targets ?? TARGET_NAMES).map((name: TargetName) => {
    const target = TARGET_TOOLCHAINS[name];
    const plan = planPaths(
      prepared.choices,
      target,
      options.budget ?? DEFAULT_BUDGET,
      identity,
      cost &&
        ((node, variant, isaLevel) => cost({ target: name, isaLevel, node, operatorVariant: variant.name })),
    );
    const inputs = { prepared, sysroot: toolchain.sysroot, headers, signal };
    return { ...planUnits(inputs, target, plan.paths), plan };
  });
}

function summarize({ target, plan }: TargetPlan, built: readonly BuiltVariant[]): TargetResult {
  const variants = built.map(({ variant }) => variant);
  return {
    target: target.name,
    variants: variants.length,
    paths: plan.total,
    pairs: plan.pairs,
    bytes: variants.reduce((sum, variant) => sum + variant.sizeBytes, 0),
    verified: variants.filter((variant) => variant.proof.how !== 'unproven').length,
    executed: variants.filter((variant) => variant.proof.how === 'executed').length,
  };
}

const missingVariants = (
  module: IrModule,
  { target, plan }: TargetPlan,
  operators: readonly string[],
): readonly Diagnostic[] =>
  plan.impossible.map((node) => ({
    severity: 'warning',
    code: 'EP_NO_VARIANT',
    message: `${operators[node]} has no variant for ${target.name}: the function is not built for it`,
    hint: 'add a variant with `@isa any`: everypath ops new',
    file: module.file,
    span: null,
  }));
