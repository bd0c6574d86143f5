// `e = exp(x - max(x)); e / sum(e)` → `scipy.special.softmax`: four walks over the array become two or three. Only
// where nothing else reads what lies in between, and where both reductions run along the same axis.

import type { Expression, IrModule, KernelOp, Op, Region, ValueId } from '../ir/ir.ts';
import { operandsOf } from './operands.ts';
import { everyOp, mapRegions } from './rewrite.ts';

/** Numbers of the reduction's functions. */
const SUM = 0;
const MAX = 3;

export function recogniseSoftmax(module: IrModule): IrModule {
  return {
    ...module,
    functions: module.functions.map((fn) => {
      const uses = new Map<ValueId, number>();
      for (const op of everyOp(fn.body)) {
        for (const id of operandsOf(op)) uses.set(id, (uses.get(id) ?? 0) + 1);
      }
      return { ...fn, body: rewrite(fn.body, uses) };
    }),
  };
}

function rewrite(region: Region, uses: ReadonlyMap<ValueId, number>): Region {
  const kernels = new Map<ValueId, KernelOp>();
  const replaced = new Set<Op>();
  const made = new Map<Op, Op>();
  for (const op of region.ops) {
    if (op.kind !== 'kernel') continue;
    const [result] = op.results;
    if (result && op.results.length === 1) kernels.set(result.id, op);
    const parts = softmaxParts(op, kernels);
    if (!parts) continue;
    const { exponentials, largest, total } = parts;
    const reads = (inner: KernelOp, count: number) => uses.get(inner.results[0]!.id) === count;
    if (!reads(exponentials, 2) || !reads(largest, 1) || !reads(total, 1)) continue;
    for (const inner of [exponentials, largest, total]) replaced.add(inner);
    made.set(op, {
      kind: 'kernel',
      operator: 'scipy.special.softmax',
      attributes: { axis: largest.attributes.axis! },
      operands: [largest.operands[0]!],
      results: op.results,
      label: op.label,
      span: op.span,
    });
  }
  const ops = region.ops.flatMap((op): Op[] => {
    if (replaced.has(op)) return [];
    return [made.get(op) ?? mapRegions(op, (inner) => rewrite(inner, uses))];
  });
  return { ...region, ops };
}

/** The three kernels behind the last division of a softmax; undefined where it is none. */
function softmaxParts(division: KernelOp, kernels: ReadonlyMap<ValueId, KernelOp>) {
  const dtype = floatOf(division);
  if (dtype === undefined || !isExpression(division, dtype, 'x0 divide x1')) return undefined;
  const exponentials = kernels.get(division.operands[0]!);
  const total = kernels.get(division.operands[1]!);
  if (!exponentials || !total || !isExpression(exponentials, dtype, 'exp (x0 subtract x1)')) return undefined;
  const largest = kernels.get(exponentials.operands[1]!);
  if (!largest || !isReduction(largest, MAX) || !isReduction(total, SUM)) return undefined;
  const fits =
    largest.operands[0] === exponentials.operands[0] &&
    total.operands[0] === division.operands[0] &&
    largest.attributes.axis === total.attributes.axis &&
    reducesTo(largest, exponentials) &&
    reducesTo(total, exponentials);
  return fits ? { exponentials, largest, total } : undefined;
}

const floatOf = ({ results: [result] }: KernelOp): string | undefined =>
  result?.type.kind === 'array' && ['float32', 'float64'].includes(result.type.dtype)
    ? result.type.dtype
    : undefined;

const isReduction = (op: KernelOp, fn: number): boolean =>
  op.operator === 'numpy.reduce' && op.attributes.function === fn;

/** All axes to a scalar, or one axis that is kept with length 1: either lines up with the array again. */
function reducesTo(reduction: KernelOp, whole: KernelOp): boolean {
  const [reduced] = reduction.results;
  const [array] = whole.results;
  if (array?.type.kind !== 'array') return false;
  if (reduction.attributes.axis === -1) return reduced?.type.kind === 'scalar';
  return reduced?.type.kind === 'array' && reduced.type.shape.length === array.type.shape.length;
}

/** Whether a fused kernel is this expression of two inputs, all in one dtype. */
function isExpression(op: KernelOp, dtype: string, text: string): boolean {
  if (op.operator !== 'everypath.fused' || op.body?.kind !== 'expression' || op.operands.length !== 2)
    return false;
  return op.body.inputs.every((input) => input === dtype) && textOf(op.body.root, dtype) === text;
}

function textOf(node: Expression, dtype: string): string {
  if (node.kind === 'input') return `x${node.index}`;
  if (node.kind !== 'apply' || node.compute !== dtype || node.result !== dtype) return '?';
  const args = node.args.map((arg) =>
    arg.kind === 'input' ? textOf(arg, dtype) : `(${textOf(arg, dtype)})`,
  );
  return args.length === 1 ? `${node.fn} ${args[0]}` : args.join(` ${node.fn} `);
}
