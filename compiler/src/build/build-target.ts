// Builds one target: compiles its units, links each path as soon as all its objects are there, has each program
// inspected and proven once for its bytes.

import { join } from 'node:path';
import type { Proof, Variant } from '@everypath/schema';
import { TARGETS } from '@everypath/schema';
import { inspectProgram } from '../inspect/inspect-program.ts';
import type { PlannedPath } from '../paths/plan-paths.ts';
import type { CacheEntry } from '../store/object-cache.ts';
import { BuildError } from '../toolchain/build-error.ts';
import { supportTarget } from '../toolchain/stub-libraries.ts';
import type { BuildSession } from './build-session.ts';
import { makeObject, makeProgram } from './make-products.ts';
import { placeProgram } from './place-program.ts';
import type { TargetUnits, Unit } from './plan-target.ts';
import { unitKey } from './plan-target.ts';

export interface BuiltVariant {
  readonly variant: Variant;
  readonly file: string;
}

/** A link goes before a compile: programs come out, and proofs start, while other targets still compile. */
const PRIORITY = { compile: 0, link: 1 } as const;

export async function buildTarget(
  session: BuildSession,
  plan: TargetUnits,
): Promise<readonly BuiltVariant[]> {
  const { tools, pool, signal } = session;
  const { target } = plan;
  if (plan.paths.length === 0) return [];
  const support = pool.run(PRIORITY.compile, () => supportTarget(tools, target, signal));
  const glue = compileUnit(session, plan, plan.glue);
  const kernels = new Map([...plan.kernels].map(([key, unit]) => [key, compileUnit(session, plan, unit)]));
  const proofs = new Map<string, Promise<Proof>>();
  // All of it is waited for, also what no path came to await because something failed before.
  const inputs: readonly Promise<unknown>[] = [support, glue, ...kernels.values()];
  const variants = settleAll(
    plan.paths.map(async (path) => {
      const objects = await Promise.all([
        glue,
        ...path.choices.map(
          (variant, index) => kernels.get(unitKey(session.prepared.nodes[index]!, variant))!,
        ),
      ]);
      const ready = await support;
      const { entry, hit } = await pool.run(PRIORITY.link, () =>
        makeProgram(session, target, ready, { objects, libraries: path.libraries }),
      );
      count(session, 'links', hit);
      session.counts.linkedAtMs = session.deps.clock();
      session.options.onEvent?.({ kind: 'linked', target: target.name, variant: path.id, cached: hit });
      return finish(session, plan, path, entry, proofs);
    }),
  );
  await settleAll([...inputs, variants]);
  return variants;
}

async function compileUnit(session: BuildSession, { target }: TargetUnits, unit: Unit): Promise<CacheEntry> {
  const { options } = session;
  const { entry, hit } = await session.pool.run(PRIORITY.compile, () => {
    options.onEvent?.({ kind: 'compile-start', target: target.name, unit: unit.label });
    return makeObject(session, unit.request);
  });
  count(session, 'compiles', hit);
  options.onEvent?.({ kind: 'compiled', target: target.name, unit: unit.label, cached: hit });
  return entry;
}

function count(session: BuildSession, what: 'compiles' | 'links', hit: boolean): void {
  session.counts[hit ? 'cacheHits' : what]++;
}

/** Inspects, proves and places one program. Programs of the same bytes are inspected and proven once. */
async function finish(
  session: BuildSession,
  plan: TargetUnits,
  path: PlannedPath,
  entry: CacheEntry,
  proofs: Map<string, Promise<Proof>>,
): Promise<BuiltVariant> {
  const { deps, options } = session;
  const target = plan.target.name;
  const linked = {
    id: path.id,
    target,
    path: path.choices.map((variant) => variant.name),
    isaLevel: path.isa,
    ...(path.libraries.length > 0 ? { libraries: [...path.libraries] } : {}),
    sha256: entry.sha256,
    sizeBytes: entry.sizeBytes,
  };
  // A lower level may share bytes with a higher one: only the same level is the same proof.
  const proofKey = `${entry.sha256} ${path.isa}`;
  let proof = proofs.get(proofKey);
  if (!proof) {
    proof = session.provers.run(0, async () => {
      const inspected = inspectProgram(plan.target, await deps.fs.readFile(entry.path), {
        kernels: path.choices.length,
        libraries: path.libraries,
      });
      // What runs here and is put together wrongly may not load where it is meant to.
      if (inspected.how === 'unproven') return inspected;
      return (await options.prove?.(linked, entry.path)) ?? inspected;
    });
    proofs.set(proofKey, proof);
  }
  let file = entry.path;
  if (options.outDir !== undefined) {
    file = join(options.outDir, target, `${path.id}${TARGETS[target].extension}`);
    await placeProgram(deps, entry.path, file);
  }
  const variant: Variant = { ...linked, proof: await proof };
  options.onEvent?.({ kind: 'proved', target, variant: path.id, proof: variant.proof });
  return { variant, file };
}

/** Waits for all, also after a failure, so that no child outlives the build; then fails with the first true cause. */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(promises);
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const cause =
    failures.find((each) => !(each instanceof BuildError && each.code === 'EP_CANCELLED')) ?? failures[0];
  if (cause !== undefined) throw cause;
  return settled.map((each) => (each as PromiseFulfilledResult<T>).value);
}
