// The kernel nodes of a module in order: each one's number, specialisation and symbol. Two nodes share a symbol's hash
// where they ask for the same code, and differ in their slot, so that a path can choose differently at each.

import { operatorIdentifier, operators } from '@everypath/operators';
import type { ProgramNode, Type } from '@everypath/schema';
import { typeKey } from '@everypath/schema';
import type { Definition, IrFunction, IrModule, KernelOp, Op } from '../ir/ir.ts';
import { fingerprint } from '../store/fingerprint.ts';
import { identifier } from './cpp-text.ts';
import { emitKernelBody } from './kernel-body.ts';
import { definitionsOf, walkRegion } from './walk.ts';

export interface NodePlan extends ProgramNode {
  readonly op: KernelOp;
  readonly fn: IrFunction;
  readonly operands: readonly Definition[];
  /** Type keys of the operands. */
  readonly typeKeys: readonly string[];
  /** C symbol that the chosen variant's object exports. */
  readonly symbol: string;
}

export const operatorNamespace = (operator: string): string => identifier(operatorIdentifier(operator));

/** Plans every kernel op of the module's functions. */
export function planNodes(module: IrModule): readonly NodePlan[] {
  const slots = new Map<string, number>();
  const plans: NodePlan[] = [];
  for (const fn of module.functions) {
    const definitions = definitionsOf(fn.parameters, fn.body);
    for (const op of walkRegion(fn.body)) {
      if (op.kind !== 'kernel') continue;
      const operands = op.operands.map((id) => {
        const definition = definitions.get(id);
        if (!definition) throw new TypeError(`value ${id} is not defined in ${fn.name}`);
        return definition;
      });
      const typeKeys = operands.map((operand) => typeKey(operand.type as Type));
      const specialization = specialize(module, fn, op, typeKeys);
      const hash = fingerprint(
        'kernel',
        op.operator,
        specialization,
        op.results.map((result) => typeKey(result.type as Type)).join(),
      ).slice(0, 16);
      const slot = slots.get(hash) ?? 0;
      slots.set(hash, slot + 1);
      plans.push({
        index: plans.length,
        operator: op.operator,
        specialization,
        label: op.label,
        line: op.span.line,
        features: [...(operators.find((candidate) => candidate.name === op.operator)?.features ?? [])],
        op,
        fn,
        operands,
        typeKeys,
        symbol: `ep_k_${hash}_${slot}`,
      });
    }
  }
  return plans;
}

function specialize(module: IrModule, fn: IrFunction, op: KernelOp, typeKeys: readonly string[]): string {
  const attributes = Object.entries(op.attributes).map(([name, value]) => `${name}=${value}`);
  const body = op.body
    ? [`body=${fingerprint(renumber(emitKernelBody(module, fn, op, false))).slice(0, 12)}`]
    : [];
  return [typeKeys.join(','), ...attributes, ...body].join(';');
}

/** Locals numbered in order of appearance: the same loop hashes the same wherever it stands. */
function renumber(text: string): string {
  const numbers = new Map<string, number>();
  return text.replace(/\b(v|next_|f)(\d+)\b/g, (_, prefix: string, id: string) => {
    const key = prefix === 'f' ? `f${id}` : id;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return `${prefix}${number}`;
  });
}

/** The plans by op, as emission looks them up. */
export const nodesByOp = (plans: readonly NodePlan[]): ReadonlyMap<Op, NodePlan> =>
  new Map(plans.map((plan) => [plan.op, plan]));

/** The plan as the program describes itself. */
export const programNode = ({
  index,
  operator,
  specialization,
  label,
  line,
  features,
}: NodePlan): ProgramNode => ({
  index,
  operator,
  specialization,
  label,
  line,
  features,
});
