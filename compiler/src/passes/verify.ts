// What is legal IR at each stage, checked: run after every pass in tests. Reports every breach as a sentence; a
// breach is a bug of the compiler, never of the user's program.

import type { Definition, IrFunction, IrModule, IrType, Op, Region, ValueId } from '../ir/ir.ts';
import { printType } from '../ir/type-text.ts';
import { operandsOf, resultsOf } from './operands.ts';

const CONTROL = [
  'constant',
  'unbound',
  'if',
  'loop',
  'yield',
  'break',
  'continue',
  'return',
  'raise',
] as const;

/** Op kinds that each stage may hold. */
const LEGAL: Readonly<Record<IrModule['stage'], ReadonlySet<string>>> = {
  traced: new Set([...CONTROL, 'py']),
  typed: new Set([...CONTROL, 'primitive', 'map', 'kernel', 'call']),
};

const TERMINATORS: ReadonlySet<string> = new Set(['yield', 'break', 'continue', 'return', 'raise']);

interface Scope {
  readonly visible: ReadonlyMap<ValueId, IrType>;
  readonly yieldTo: readonly Definition[] | null;
  readonly breakTo: readonly Definition[] | null;
  readonly continueTo: readonly Definition[] | null;
}

/** Every breach of the rules in a module; none when it is legal. */
export function verifyModule(module: IrModule): readonly string[] {
  const names = new Map(module.functions.map((fn) => [fn.name, fn]));
  return module.functions.flatMap((fn) => verifyFunction(fn, module.stage, names));
}

function verifyFunction(
  fn: IrFunction,
  stage: IrModule['stage'],
  functions: ReadonlyMap<string, IrFunction>,
): readonly string[] {
  const breaches: string[] = [];
  const defined = new Set<ValueId>();
  const say = (text: string) => breaches.push(`${fn.name}: ${text}`);
  const isTyped = stage === 'typed';

  const declare = (definition: Definition, into: Map<ValueId, IrType>) => {
    if (defined.has(definition.id)) say(`%${definition.id} is defined twice`);
    if (isTyped && definition.type.kind === 'unknown') say(`%${definition.id} has no type`);
    defined.add(definition.id);
    into.set(definition.id, definition.type);
  };

  const match = (
    what: string,
    targets: readonly Definition[] | null,
    values: readonly ValueId[],
    scope: Scope,
  ) => {
    if (targets === null) return say(`${what} has nothing to leave`);
    if (targets.length !== values.length)
      return say(`${what} gives ${values.length} values, not ${targets.length}`);
    values.forEach((value, index) => {
      const given = scope.visible.get(value);
      const target = targets[index];
      if (!isTyped || given === undefined || target === undefined) return;
      if (!assignable(given, target.type)) {
        say(`${what} gives %${value} of type ${printType(given)} where ${printType(target.type)} is wanted`);
      }
    });
  };

  const visitRegion = (region: Region, scope: Scope) => {
    const visible = new Map(scope.visible);
    for (const parameter of region.parameters) declare(parameter, visible);
    const last = region.ops.length - 1;
    if (!TERMINATORS.has(region.ops[last]?.kind ?? '')) say('a region does not end with a way out');
    region.ops.forEach((op, index) => {
      if (TERMINATORS.has(op.kind) && index !== last) say(`${op.kind} stands in the middle of a region`);
      if (!LEGAL[stage].has(op.kind)) say(`${op.kind} is not legal in the ${stage} stage`);
      for (const id of operandsOf(op))
        if (!visible.has(id)) say(`${op.kind} reads %${id}, which is not defined there`);
      visitOp(op, { ...scope, visible });
      for (const result of resultsOf(op)) declare(result, visible);
    });
  };

  const visitOp = (op: Op, scope: Scope) => {
    switch (op.kind) {
      case 'if': {
        const condition = scope.visible.get(op.condition);
        if (isTyped && condition !== undefined && condition.kind !== 'bool')
          say('the condition of an if is no bool');
        visitRegion(op.then, { ...scope, yieldTo: op.results });
        visitRegion(op.else, { ...scope, yieldTo: op.results });
        return;
      }
      case 'loop':
        match('loop', op.body.parameters, op.inits, scope);
        visitRegion(op.body, {
          ...scope,
          yieldTo: null,
          breakTo: op.results,
          continueTo: op.body.parameters,
        });
        return;
      case 'yield':
        return match('yield', scope.yieldTo, op.values, scope);
      case 'break':
        return match('break', scope.breakTo, op.values, scope);
      case 'continue':
        return match('continue', scope.continueTo, op.values, scope);
      case 'return': {
        const given = scope.visible.get(op.value);
        if (isTyped && given !== undefined && !assignable(given, fn.result)) {
          say(`return gives ${printType(given)} where ${printType(fn.result)} is wanted`);
        }
        return;
      }
      case 'call': {
        const callee = functions.get(op.fn);
        if (callee === undefined) return say(`call of ${op.fn}, which is not there`);
        return match('call', callee.parameters, op.operands, scope);
      }
      case 'kernel':
        if (
          op.body?.kind === 'loop' &&
          op.body.captures.some((item, index) => item.id !== op.operands[index])
        ) {
          say('the captures of an outlined loop are not its operands');
        }
        if (op.body?.kind === 'expression' && op.body.inputs.length !== op.operands.length) {
          say('a fused body has not one input for each operand');
        }
        return;
      default:
        return;
    }
  };

  const parameters = new Map<ValueId, IrType>();
  for (const parameter of fn.parameters) declare(parameter, parameters);
  visitRegion(fn.body, { visible: parameters, yieldTo: null, breakTo: null, continueTo: null });
  return breaches;
}

/** Whether a value of one type can stand where another is wanted: lengths and image modes may be forgotten. */
function assignable(given: IrType, wanted: IrType): boolean {
  if (given.kind === 'array' && wanted.kind === 'array') {
    return given.dtype === wanted.dtype && given.shape.length === wanted.shape.length;
  }
  if (given.kind === 'maybe' && wanted.kind === 'maybe') return assignable(given.of, wanted.of);
  if (given.kind === 'tuple' && wanted.kind === 'tuple') {
    return (
      given.items.length === wanted.items.length &&
      given.items.every((item, index) => assignable(item, wanted.items[index] ?? { kind: 'none' }))
    );
  }
  if (given.kind === 'image' && wanted.kind === 'image') return true;
  return JSON.stringify(given) === JSON.stringify(wanted);
}
