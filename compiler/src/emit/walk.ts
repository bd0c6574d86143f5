// Visits the ops of a region in order, into nested regions; not into the bodies of outlined loops.

import type { Definition, Op, Region } from '../ir/ir.ts';

export function* walkRegion(region: Region): Generator<Op> {
  for (const op of region.ops) {
    yield op;
    if (op.kind === 'if') {
      yield* walkRegion(op.then);
      yield* walkRegion(op.else);
    } else if (op.kind === 'loop') {
      yield* walkRegion(op.body);
    }
  }
}

/** Every value's definition of a function, by id. */
export function definitionsOf(parameters: readonly Definition[], region: Region): Map<number, Definition> {
  const all = new Map(parameters.map((definition) => [definition.id, definition]));
  const visit = (inner: Region) => {
    for (const definition of inner.parameters) all.set(definition.id, definition);
    for (const op of inner.ops) {
      if ('result' in op) all.set(op.result.id, op.result);
      if ('results' in op) for (const result of op.results) all.set(result.id, result);
      if (op.kind === 'if') {
        visit(op.then);
        visit(op.else);
      } else if (op.kind === 'loop') {
        visit(op.body);
      }
    }
  };
  visit(region);
  return all;
}
