// `np.argsort(x)[:k]` → `everypath.topk`: a full sort whose first k alone are read needs no full sort. Only where
// nothing else reads the order.

import type { IrModule, KernelOp, Op, Region, ValueId } from '../ir/ir.ts';
import { operandsOf } from './operands.ts';
import { everyOp, mapRegions } from './rewrite.ts';

/** Code of a slice with a stop alone, as the subscript primitive counts its items. */
const STOP_ONLY = 10;

export function selectTopK(module: IrModule): IrModule {
  return {
    ...module,
    functions: module.functions.map((fn) => {
      const uses = new Map<ValueId, number>();
      const ints = new Set<ValueId>(
        fn.parameters.flatMap((item) => (item.type.kind === 'int' ? item.id : [])),
      );
      for (const op of everyOp(fn.body)) {
        for (const id of operandsOf(op)) uses.set(id, (uses.get(id) ?? 0) + 1);
        if ('result' in op && op.result.type.kind === 'int') ints.add(op.result.id);
      }
      return { ...fn, body: rewrite(fn.body, uses, ints) };
    }),
  };
}

function rewrite(region: Region, uses: ReadonlyMap<ValueId, number>, ints: ReadonlySet<ValueId>): Region {
  const orders = new Map<ValueId, KernelOp>();
  const replaced = new Set<Op>();
  const made = new Map<Op, Op>();
  for (const op of region.ops) {
    if (isOrder(op)) orders.set(op.results[0]?.id ?? -1, op);
    if (op.kind !== 'primitive' || op.name !== 'subscript' || op.operands.length !== 2) continue;
    const [array = -1, stop = -1] = op.operands;
    const order = orders.get(array);
    const codes = Object.values(op.attributes);
    if (order === undefined || uses.get(array) !== 1 || codes.length !== 1 || codes[0] !== STOP_ONLY)
      continue;
    if (!ints.has(stop)) continue;
    replaced.add(order);
    made.set(op, {
      kind: 'kernel',
      operator: 'everypath.topk',
      attributes: {},
      operands: [...order.operands, stop],
      results: [op.result],
      label: `${order.label}[:k]`,
      span: op.span,
    });
  }
  const ops = region.ops.flatMap((op): Op[] => {
    if (replaced.has(op)) return [];
    return [made.get(op) ?? mapRegions(op, (inner) => rewrite(inner, uses, ints))];
  });
  return { ...region, ops };
}

/** An ascending order of a vector. */
function isOrder(op: Op): op is KernelOp {
  if (op.kind !== 'kernel' || op.operator !== 'numpy.argsort') return false;
  const type = op.results[0]?.type;
  return op.attributes.values === false && type?.kind === 'array' && type.shape.length === 1;
}
