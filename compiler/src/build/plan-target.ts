// What one target needs: its paths, and the units to compile for them, each once.

import type { OperatorVariant } from '@everypath/operators';
import { includeDirectories, variantsOf } from '@everypath/operators';
import type { IsaLevel } from '@everypath/schema';
import { baselineIsa } from '@everypath/schema';
import { emitKernelUnit } from '../emit/kernel-unit.ts';
import type { NodePlan } from '../emit/node-plan.ts';
import type { IrModule } from '../ir/ir.ts';
import { isaOn } from '../paths/admissible.ts';
import type { PathPlan, VariantIdentity } from '../paths/plan-paths.ts';
import { planPaths } from '../paths/plan-paths.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { CompileRequest } from '../toolchain/compile-object.ts';
import type { HeaderDigests } from '../toolchain/header-digest.ts';

export interface Unit {
  /** For people: `everypath.fused/avx2`. */
  readonly label: string;
  readonly request: CompileRequest;
}

export interface TargetPlan {
  readonly target: TargetToolchain;
  readonly plan: PathPlan;
  readonly glue: Unit;
  /** Units by node and variant: see `unitKey`. */
  readonly kernels: ReadonlyMap<string, Unit>;
}

export const unitKey = (node: NodePlan, variant: OperatorVariant): string => `${node.symbol}/${variant.name}`;

export interface PlanInputs {
  readonly module: IrModule;
  readonly nodes: readonly NodePlan[];
  readonly glue: string;
  readonly sysroot: string;
  readonly headers: HeaderDigests;
  readonly budget: number;
  readonly identity: VariantIdentity;
  readonly signal: AbortSignal;
}

/** The time is spent in kernels: at -O2 the glue compiles in two thirds of the time, to half the code. */
const GLUE_FLAGS = ['-O2'];

/** Folders that generated files include from. */
export const unitIncludes = (sysroot: string): readonly string[] => [...includeDirectories, sysroot];

export function planTarget(inputs: PlanInputs, target: TargetToolchain): TargetPlan {
  const choices = inputs.nodes.map((node) => ({
    variants: variantsOf(node.operator),
    typeKeys: node.typeKeys,
  }));
  const plan = planPaths(choices, target, inputs.budget, inputs.identity);
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
  for (const path of plan.paths) {
    path.choices.forEach((variant, index) => {
      const node = inputs.nodes[index]!;
      const key = unitKey(node, variant);
      if (kernels.has(key)) return;
      const text = emitKernelUnit(inputs.module, node, variant);
      const isa = isaOn(variant, target.name)!;
      kernels.set(key, {
        label: `${node.operator}/${variant.name}`,
        request: request(text, isa, variant.flags),
      });
    });
  }
  return {
    target,
    plan,
    glue: { label: 'glue', request: request(inputs.glue, baselineIsa(target.name), GLUE_FLAGS) },
    kernels,
  };
}
