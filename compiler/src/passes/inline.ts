// Puts small helpers in the place of their calls, so that elementwise chains fuse across them. Only straight lines
// that cannot raise (but for arrays that do not broadcast): the traceback of all others keeps its frame.

import type { Definition, IrFunction, IrModule, Op, Region, ValueId } from '../ir/ir.ts';
import { withOperands } from './operands.ts';
import { everyOp, mapRegions, nextValue } from './rewrite.ts';

export function inlineHelpers(module: IrModule): IrModule {
  const done = new Map<string, IrFunction>();
  const [entry, ...helpers] = module.functions;
  // Helpers come in the order in which their typing ended: callees before callers.
  for (const helper of helpers) done.set(helper.name, inlineCalls(helper, done));
  if (entry === undefined) return module;
  const functions = [inlineCalls(entry, done), ...done.values()];
  const called = reachable(functions);
  return { ...module, functions: functions.filter((fn) => called.has(fn.name)) };
}

function reachable(functions: readonly IrFunction[]): ReadonlySet<string> {
  const byName = new Map(functions.map((fn) => [fn.name, fn]));
  const found = new Set<string>();
  const visit = (name: string) => {
    const fn = byName.get(name);
    if (fn === undefined || found.has(name)) return;
    found.add(name);
    for (const op of everyOp(fn.body)) if (op.kind === 'call') visit(op.fn);
  };
  const [entry] = functions;
  if (entry !== undefined) visit(entry.name);
  return found;
}

function isStraight(fn: IrFunction): boolean {
  const last = fn.body.ops.length - 1;
  return fn.body.ops.every((op, index) => {
    if (op.kind === 'return') return index === last;
    return op.kind === 'constant' || op.kind === 'map' || (op.kind === 'primitive' && !op.raises);
  });
}

function inlineCalls(fn: IrFunction, helpers: ReadonlyMap<string, IrFunction>): IrFunction {
  let next = nextValue(fn);
  const renamed = new Map<ValueId, ValueId>();
  const to = (id: ValueId): ValueId => renamed.get(id) ?? id;
  const rebuild = (region: Region): Region => ({
    ...region,
    ops: region.ops.flatMap((op): Op[] => {
      const current = withOperands(op, to);
      const helper = current.kind === 'call' ? helpers.get(current.fn) : undefined;
      if (current.kind !== 'call' || helper === undefined || !isStraight(helper))
        return [mapRegions(current, rebuild)];
      const local = new Map<ValueId, ValueId>();
      helper.parameters.forEach((parameter, index) => {
        local.set(parameter.id, current.operands[index] ?? 0);
      });
      const made: Op[] = [];
      for (const inner of helper.body.ops) {
        if (inner.kind === 'return') {
          renamed.set(current.result.id, local.get(inner.value) ?? 0);
          continue;
        }
        const copy = withOperands(inner, (id) => local.get(id) ?? id);
        if (!('result' in copy)) continue;
        const result: Definition = { ...copy.result, id: next++ };
        local.set(copy.result.id, result.id);
        made.push({ ...copy, result } as Op);
      }
      return made;
    }),
  });
  return { ...fn, body: rebuild(fn.body) };
}
