// A typed module in, all its programs out: plans the paths of each target, compiles what they need once, links them,
// proves them. What it cannot build it says in a diagnostic; a machine that fails (no compiler, no disk) throws.

import { TARGET_NAMES, type TargetName } from '@everypath/schema';
import { type BuildSession, type BuiltVariant, buildTarget, settleAll } from './build/build-target.ts';
import type { BuildOptions, BuildResult, TargetResult } from './build/build-types.ts';
import { type BuildDependencies, machineDependencies } from './build/dependencies.ts';
import { moduleText } from './build/ir-text.ts';
import { planTarget, type TargetPlan, unitIncludes } from './build/plan-target.ts';
import { emitGlue } from './emit/glue.ts';
import { planNodes, programNode } from './emit/node-plan.ts';
import type { Diagnostic } from './ir/diagnostic.ts';
import type { IrModule } from './ir/ir.ts';
import { fingerprint } from './store/fingerprint.ts';
import { ObjectCache } from './store/object-cache.ts';
import { TARGET_TOOLCHAINS } from './targets/registry.ts';
import { createHeaderDigests } from './toolchain/header-digest.ts';
import { createJobPool } from './toolchain/job-pool.ts';
import { locateToolchain, toolchainSettings } from './toolchain/locate.ts';

/** Variants of one target beyond which a covering selection is built. */
export const DEFAULT_BUDGET = 256;

/** Builds every variant of a typed module. Throws a `BuildError` when the machine cannot do its part. */
export async function buildFunction(
  module: IrModule,
  options: BuildOptions,
  deps: BuildDependencies = machineDependencies(),
): Promise<BuildResult> {
  if (module.stage !== 'typed') throw new TypeError('only a typed module can be built');
  const startedMs = deps.clock();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const toolchain = await locateToolchain(toolchainSettings(deps.env));
  const irText = moduleText(module);
  const irHash = fingerprint(irText);
  const nodes = planNodes(module);
  const jobs = Math.max(1, options.jobs ?? deps.processors);
  const session: BuildSession = {
    deps,
    options,
    toolchain,
    cache: new ObjectCache(options.cacheDir, deps),
    pool: createJobPool(jobs),
    provers: createJobPool(jobs),
    signal,
    nodes,
    counts: { compiles: 0, links: 0, cacheHits: 0 },
  };
  const inputs = {
    module,
    nodes,
    glue: emitGlue(module, nodes),
    sysroot: toolchain.sysroot,
    headers: createHeaderDigests(unitIncludes(toolchain.sysroot)),
    budget: options.budget ?? DEFAULT_BUDGET,
    identity: { irHash, toolchain: toolchain.id },
    signal,
  };
  const plans = (options.targets ?? TARGET_NAMES).map((name) => planTarget(inputs, TARGET_TOOLCHAINS[name]));
  options.onEvent?.({
    kind: 'start',
    targets: plans.map(({ target, plan, kernels }) => ({
      target: target.name,
      units: kernels.size + 1,
      variants: plan.paths.length,
      paths: plan.total,
    })),
  });
  const built = await settleAll(
    plans.map(async (plan) => {
      try {
        return await buildTarget(session, plan);
      } catch (error) {
        stop.abort();
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
      irText,
      irHash,
      toolchain: toolchain.id,
      variants: all.map(({ variant }) => variant),
    },
    files: new Map(all.map(({ variant, file }) => [variant.id, file])),
    targets: plans.map((plan, index) => summarize(plan.target.name, built[index]!)),
    seconds,
    ...session.counts,
    diagnostics: plans.flatMap((plan) =>
      missingVariants(
        module,
        plan,
        nodes.map((node) => node.operator),
      ),
    ),
  };
}

function summarize(target: TargetName, built: readonly BuiltVariant[]): TargetResult {
  const variants = built.map(({ variant }) => variant);
  return {
    target,
    variants: variants.length,
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
