// Drops values that nothing reads: ops without effects, results of `if`, and what loops carry for no one. Whatever
// could raise stays. Works on both stages; run before types, it keeps variables that die at a join from having to
// agree on a type.

import type { Definition, IrModule, Op, Region, ValueId } from '../ir/ir.ts';
import { operandsOf } from './operands.ts';

export function removeDeadCode(module: IrModule): IrModule {
  return {
    ...module,
    functions: module.functions.map((fn) => {
      const live = liveValues(fn.body);
      return { ...fn, body: sweep(fn.body, live, {}) };
    }),
  };
}

/** Whether running the op has no effect but its results. */
function isPure(op: Op): boolean {
  switch (op.kind) {
    case 'constant':
    case 'unbound':
      return true;
    case 'primitive':
      return !op.raises;
    case 'map':
      // Arrays that do not broadcast raise.
      return op.result.type.kind !== 'array';
    case 'py':
      return op.py === 'global' || op.py === 'tuple' || op.py === 'list';
    case 'if':
      return [op.then, op.else].every((region) =>
        region.ops.every((inner) => inner.kind === 'yield' || isPure(inner)),
      );
    default:
      return false;
  }
}

interface Ways {
  readonly yieldTo?: readonly Definition[];
  readonly breakTo?: readonly Definition[];
  readonly continueTo?: readonly Definition[];
}

function liveValues(body: Region): ReadonlySet<ValueId> {
  const needs = new Map<ValueId, ValueId[]>();
  const roots: ValueId[] = [];
  const need = (id: ValueId, on: readonly ValueId[]) => {
    const known = needs.get(id);
    if (known === undefined) needs.set(id, [...on]);
    else known.push(...on);
  };
  const pair = (to: readonly Definition[] | undefined, values: readonly ValueId[]) => {
    values.forEach((value, index) => {
      const target = to?.[index];
      if (target !== undefined) need(target.id, [value]);
    });
  };
  const visit = (region: Region, ways: Ways) => {
    for (const op of region.ops) {
      switch (op.kind) {
        case 'yield':
          pair(ways.yieldTo, op.values);
          break;
        case 'break':
          pair(ways.breakTo, op.values);
          break;
        case 'continue':
          pair(ways.continueTo, op.values);
          break;
        case 'if': {
          if (isPure(op)) for (const result of op.results) need(result.id, [op.condition]);
          else roots.push(op.condition);
          const inner = { ...ways, yieldTo: op.results };
          visit(op.then, inner);
          visit(op.else, inner);
          break;
        }
        case 'loop':
          pair(op.body.parameters, op.inits);
          visit(op.body, { breakTo: op.results, continueTo: op.body.parameters });
          break;
        default: {
          const operands = operandsOf(op);
          if (isPure(op) && 'result' in op) need(op.result.id, operands);
          else roots.push(...operands);
        }
      }
    }
  };
  visit(body, {});
  const live = new Set<ValueId>();
  for (let next = roots.pop(); next !== undefined; next = roots.pop()) {
    if (live.has(next)) continue;
    live.add(next);
    roots.push(...(needs.get(next) ?? []));
  }
  return live;
}

function sweep(region: Region, live: ReadonlySet<ValueId>, ways: Ways): Region {
  const keep = (to: readonly Definition[] | undefined, values: readonly ValueId[]) =>
    values.filter((_, index) => {
      const target = to?.[index];
      return target !== undefined && live.has(target.id);
    });
  const kept = (definitions: readonly Definition[]) =>
    definitions.filter((definition) => live.has(definition.id));
  const ops = region.ops.flatMap((op): Op[] => {
    switch (op.kind) {
      case 'yield':
        return [{ ...op, values: keep(ways.yieldTo, op.values) }];
      case 'break':
        return [{ ...op, values: keep(ways.breakTo, op.values) }];
      case 'continue':
        return [{ ...op, values: keep(ways.continueTo, op.values) }];
      case 'if': {
        const results = kept(op.results);
        if (results.length === 0 && isPure(op)) return [];
        const inner = { ...ways, yieldTo: op.results };
        return [{ ...op, results, then: sweep(op.then, live, inner), else: sweep(op.else, live, inner) }];
      }
      case 'loop': {
        const inits = keep(op.body.parameters, op.inits);
        const body = sweep(op.body, live, { breakTo: op.results, continueTo: op.body.parameters });
        return [{ ...op, inits, body, results: kept(op.results) }];
      }
      default:
        return isPure(op) && 'result' in op && !live.has(op.result.id) ? [] : [op];
    }
  });
  return { parameters: region.parameters.filter((parameter) => live.has(parameter.id)), ops };
}
