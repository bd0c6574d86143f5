// An outermost loop that holds no node of its own becomes one: a kernel `everypath.loop` whose body is the loop, so
// that it gets variants (unrolled, by ISA level) and its own measurement. A loop with a `return` inside stays.

import type { Definition, IrFunction, IrModule, LoopOp, Op, Region, ValueId } from '../ir/ir.ts';
import { sourceText } from '../ir/source-text.ts';
import { resultsOf } from './operands.ts';
import { everyOp, freeValues, mapRegions } from './rewrite.ts';

export function outlineLoops(module: IrModule): IrModule {
  const text = sourceText(module.source);
  const functions = new Map(module.functions.map((fn) => [fn.name, fn]));
  // What an outlined loop calls is compiled with it and cannot hold nodes: its own loops stay where they are.
  const inside = new Set<string>();
  const outline = (fn: IrFunction): IrFunction => {
    if (inside.has(fn.name)) return fn;
    const definitions = definitionsOf(fn);
    const rebuild = (region: Region): Region => ({
      ...region,
      ops: region.ops.map((op): Op => {
        if (op.kind !== 'loop' || !isPlain(op.body, functions, false)) return mapRegions(op, rebuild);
        markCalled(op.body, functions, inside);
        return outlined(op, definitions, text(op.span));
      }),
    });
    return { ...fn, body: rebuild(fn.body) };
  };
  const [entry, ...helpers] = module.functions;
  if (entry === undefined) return module;
  // Callers before callees: helpers come in the order in which their typing ended.
  const done = [outline(entry), ...helpers.reverse().map(outline).reverse()];
  return { ...module, functions: done };
}

function markCalled(region: Region, functions: ReadonlyMap<string, IrFunction>, into: Set<string>): void {
  for (const op of everyOp(region)) {
    const callee = op.kind === 'call' ? functions.get(op.fn) : undefined;
    if (callee === undefined || into.has(callee.name)) continue;
    into.add(callee.name);
    markCalled(callee.body, functions, into);
  }
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
