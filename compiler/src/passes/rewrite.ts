// Walks and rebuilds regions: the frame that passes which change ops share. Nothing is changed in place.

import type { IrFunction, Op, Region, ValueId } from '../ir/ir.ts';
import { operandsOf, resultsOf } from './operands.ts';

/** The op with each region inside it rebuilt. */
export function mapRegions(op: Op, rebuild: (region: Region) => Region): Op {
  if (op.kind === 'if') return { ...op, then: rebuild(op.then), else: rebuild(op.else) };
  return op.kind === 'loop' ? { ...op, body: rebuild(op.body) } : op;
}

/** The regions inside an op. */
export function regionsOf(op: Op): readonly Region[] {
  if (op.kind === 'if') return [op.then, op.else];
  return op.kind === 'loop' ? [op.body] : [];
}

/** Every op of a region, outer ones first. */
export function* everyOp(region: Region): Generator<Op> {
  for (const op of region.ops) {
    yield op;
    for (const inner of regionsOf(op)) yield* everyOp(inner);
  }
}

/** One past the highest value number of a function. */
export function nextValue(fn: IrFunction): ValueId {
  let next = 0;
  const see = (id: ValueId) => {
    next = Math.max(next, id + 1);
  };
  for (const parameter of fn.parameters) see(parameter.id);
  for (const op of everyOp(fn.body)) {
    for (const result of resultsOf(op)) see(result.id);
    if (op.kind === 'loop') for (const parameter of op.body.parameters) see(parameter.id);
  }
  return next;
}

/** Values that a region reads but does not define. */
export function freeValues(region: Region): ReadonlySet<ValueId> {
  const defined = new Set<ValueId>(region.parameters.map((parameter) => parameter.id));
  const read = new Set<ValueId>();
  for (const op of everyOp(region)) {
    for (const id of operandsOf(op)) read.add(id);
    for (const result of resultsOf(op)) defined.add(result.id);
    if (op.kind === 'loop') for (const parameter of op.body.parameters) defined.add(parameter.id);
  }
  return new Set([...read].filter((id) => !defined.has(id)));
}
