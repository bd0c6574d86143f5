// An outermost loop that holds no node of its own becomes one: a kernel `everypath.loop` whose body is the loop, so
// that it gets variants (unrolled, by ISA level) and its own measurement. A loop with a `return` inside stays.

import type { Definition, IrFunction, IrModule, LoopOp, Op, Region, ValueId } from '../ir/ir.ts';
import { sourceText } from '../ir/source-text.ts';
import { resultsOf } from './operands.ts';
import { everyOp, freeValues, mapRegions } from './rewrite.ts';

export function outlineLoops(module: IrModule): IrModule {
  const text = sourceText(module.source);
  const functions = new Map(module.functions.map((fn) => [fn.name, fn]));
  return {
    ...module,
    functions: module.functions.map((fn, index) => {
      // A helper's loops stay where they are: their callers' loops may be outlined with them inside.
      if (index > 0) return fn;
      const definitions = definitionsOf(fn);
      const rebuild = (region: Region): Region => ({
        ...region,
        ops: region.ops.map((op): Op => {
          if (op.kind !== 'loop') return mapRegions(op, rebuild);
          return isPlain(op.body, functions, false)
            ? outlined(op, definitions, text(op.span))
            : mapRegions(op, rebuild);
        }),
      });
      return { ...fn, body: rebuild(fn.body) };
    }),
  };
}

function outlined(op: LoopOp, definitions: ReadonlyMap<ValueId, Definition>, label: string): Op {
  const operands = [...new Set([...op.inits, ...freeValues(op.body)])];
  return {
    kind: 'kernel',
    operator: 'everypath.loop',
    attributes: {},
    operands,
    results: op.results,
    body: { kind: 'loop', captures: operands.flatMap((id) => definitions.get(id) ?? []), loop: op },
    label,
    span: op.span,
  };
}

/** Whether a region holds scalar work only, also in the helpers that it calls. */
function isPlain(region: Region, functions: ReadonlyMap<string, IrFunction>, mayReturn: boolean): boolean {
  for (const op of everyOp(region)) {
    if (op.kind === 'kernel' || op.kind === 'py') return false;
    if (op.kind === 'map' && op.result.type.kind === 'array') return false;
    if (op.kind === 'return' && !mayReturn) return false;
    if (op.kind === 'call') {
      const callee = functions.get(op.fn);
      if (callee === undefined || !isPlain(callee.body, functions, true)) return false;
    }
  }
  return true;
}

function definitionsOf(fn: IrFunction): ReadonlyMap<ValueId, Definition> {
  const found = new Map<ValueId, Definition>(fn.parameters.map((parameter) => [parameter.id, parameter]));
  for (const op of everyOp(fn.body)) {
    for (const result of resultsOf(op)) found.set(result.id, result);
    if (op.kind === 'loop') for (const parameter of op.body.parameters) found.set(parameter.id, parameter);
  }
  return found;
}
