// What one target needs: its paths, and the units to compile for them, each once.

import type { OperatorVariant } from '@everypath/operators';
import { includeDirectories } from '@everypath/operators';
import type { IsaLevel } from '@everypath/schema';
import { baselineIsa } from '@everypath/schema';
import { emitKernelUnit } from '../emit/kernel-unit.ts';
import type { NodePlan } from '../emit/node-plan.ts';
import { isaOn } from '../paths/admissible.ts';
import type { PathPlan, PlannedPath } from '../paths/plan-paths.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { CompileRequest } from '../toolchain/compile-object.ts';
import type { HeaderDigests } from '../toolchain/header-digest.ts';
import type { PreparedModule } from './prepare-module.ts';

export interface Unit {
  /** For people: `everypath.fused/avx2`. */
  readonly label: string;
  readonly request: CompileRequest;
}

/** The units of some paths of a target. */
export interface TargetUnits {
  readonly target: TargetToolchain;
  readonly paths: readonly PlannedPath[];
  readonly glue: Unit;
  /** Units by node and variant: see `unitKey`. */
  readonly kernels: ReadonlyMap<string, Unit>;
}

export interface TargetPlan extends TargetUnits {
  readonly plan: PathPlan;
}

export const unitKey = (node: NodePlan, variant: OperatorVariant): string => `${node.symbol}/${variant.name}`;

export interface UnitInputs {
  readonly prepared: PreparedModule;
  readonly sysroot: string;
  readonly headers: HeaderDigests;
  readonly signal: AbortSignal;
}

/** The time is spent in kernels: at -O2 the glue compiles in two thirds of the time, to half the code. */
const GLUE_FLAGS = ['-O2'];

/** Folders that generated files include from. */
export const unitIncludes = (sysroot: string): readonly string[] => [...includeDirectories, sysroot];

export function planUnits(
  inputs: UnitInputs,
  target: TargetToolchain,
  paths: readonly PlannedPath[],
): TargetUnits {
  const { module, nodes, glue } = inputs.prepared;
  const request = (text: string, isa: IsaLevel, flags: readonly string[]): CompileRequest => ({
    target,
    isa,
    flags,
    source: { kind: 'text', text },
    includes: unitIncludes(inputs.sysroot),
    includesDigest: inputs.headers.ofText(text),
    signal: inputs.signal,
  });
  const kernels = new Map<string, Unit>();
  for (const path of paths) {
    path.choices.forEach((variant, index) => {
      const node = nodes[index]!;
      const key = unitKey(node, variant);
      if (kernels.has(key)) return;
      const text = emitKernelUnit(module, node, variant);
      const isa = isaOn(variant, target.name)!;
      kernels.set(key, {
        label: `${node.operator}/${variant.name}`,
        request: request(text, isa, variant.flags),
      });
    });
  }
  return {
    target,
    paths,
    glue: { label: 'glue', request: request(glue, baselineIsa(target.name), GLUE_FLAGS) },
    kernels,
  };
}
