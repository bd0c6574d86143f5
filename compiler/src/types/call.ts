// Calls with types: what compile time knows is folded, Python's own machinery (ranges, `is`, `len`) is answered
// here, helpers are specialised, and the rest is asked of the operator library.

import type { Operand } from '@everypath/operators';
import { formatType } from '@everypath/schema';
import type { PyOp, Span, ValueId } from '../ir/ir.ts';
import { foldArray } from './array-constant.ts';
import { refuse, type TypedBlock, type TypingContext, typedOf } from './context.ts';
import { define, materialise, pushRaise, valueTyped } from './emit.ts';
import { foldCall } from './fold.ts';
import { typeInternal } from './internal.ts';
import { pushResolution } from './resolution.ts';
import { knownConstant, operandOf, REFUSED, type Typed } from './typed-value.ts';

type CallOp = PyOp & { readonly py: 'call' };

export function typeCall(context: TypingContext, block: TypedBlock, op: CallOp): Typed {
  const args = op.args.map((id) => typedOf(context, id));
  const kwargs = Object.fromEntries(
    Object.entries(op.kwargs).map(([name, id]) => [name, typedOf(context, id)]),
  );
  const { callee, span } = op;
  switch (callee.kind) {
    case 'function':
      return typeFunctionCall(context, block, callee.name, args, span);
    case 'global':
      return typeNamedCall(context, block, callee.name, op, args, kwargs);
    case 'method': {
      const object = typedOf(context, callee.object);
      const operand = operandOf(object);
      if (operand === null) return REFUSED;
      const name = `${context.module.rules.className(operand)}.${callee.name}`;
      return typeGlobalCall(context, block, name, [object, ...args], kwargs, span);
    }
  }
}

/** A loop over what cannot be iterated is refused once, not again for its items. */
function typeNamedCall(
  context: TypingContext,
  block: TypedBlock,
  callee: string,
  op: CallOp,
  args: readonly Typed[],
  kwargs: Readonly<Record<string, Typed>>,
): Typed {
  const result = typeGlobalCall(context, block, callee, args, kwargs, op.span);
  const [sequence] = op.args;
  if (callee === 'everypath.iteration_length' && result.kind === 'refused' && sequence !== undefined) {
    context.values.set(sequence, REFUSED);
  }
  return result;
}

function typeGlobalCall(
  context: TypingContext,
  block: TypedBlock,
  callee: string,
  args: readonly Typed[],
  kwargs: Readonly<Record<string, Typed>>,
  span: Span,
): Typed {
  const hasKwargs = Object.keys(kwargs).length > 0;
  if ([...args, ...Object.values(kwargs)].some((value) => value.kind === 'refused')) return REFUSED;
  const special = hasKwargs ? undefined : typeInternal(context, block, callee, args, span);
  if (special !== undefined) return special;
  const folded = (hasKwargs ? undefined : foldCall(callee, args)) ?? foldArray(callee, args, kwargs);
  if (folded !== undefined) return folded;
  const operands: Operand[] = [];
  for (const value of args) {
    const operand = operandOf(value);
    if (operand === null) return REFUSED;
    operands.push(operand);
  }
  const named: Record<string, Operand> = {};
  for (const [name, value] of Object.entries(kwargs)) {
    const operand = operandOf(value);
    if (operand === null) return REFUSED;
    named[name] = operand;
  }
  if (/^operator\.i/.test(callee) && operands[0]?.type.kind === 'array' && callee !== 'operator.invert') {
    return refuse(
      context,
      span,
      'EP_IN_PLACE',
      'not supported yet: changing an array in place',
      'Write x = x + y instead of x += y.',
    );
  }
  const { rules } = context.module;
  const resolution = rules.resolveCall({ callee, args: operands, kwargs: named });
  if (resolution.kind === 'error' && !rules.isKnownCallee(callee)) {
    const types = operands.map((operand) => formatType(operand.type)).join(', ');
    return refuse(
      context,
      span,
      'EP_OPERATOR_UNKNOWN',
      `${callee}(${types}) is not supported`,
      resolution.hint,
    );
  }
  return pushResolution(context, block, resolution, { args, kwargs }, span, callee);
}

function typeFunctionCall(
  context: TypingContext,
  block: TypedBlock,
  name: string,
  args: readonly Typed[],
  span: Span,
): Typed {
  if (args.some((value) => value.kind === 'refused' || value.kind === 'unbound')) return REFUSED;
  const specialised = context.module.specialise(name, args, span);
  if (specialised === null) return REFUSED;
  const operands = specialised.passed.map((index) =>
    materialise(context, block, args[index] ?? REFUSED, span),
  );
  if (operands.some((operand) => operand === null)) return REFUSED;
  const result = define(context, specialised.result);
  block.ops.push({ kind: 'call', fn: specialised.name, operands: operands as ValueId[], result, span });
  if (specialised.neverReturns) {
    pushRaise(block, 'SystemError', 'unreachable', span);
    return REFUSED;
  }
  return specialised.constant ?? valueTyped(result);
}

/** Whether a helper is specialised for the argument's value, not only for its type. */
export function isBuiltIn(value: Typed): boolean {
  return value.kind === 'symbol' || value.kind === 'list' || knownConstant(value) !== undefined;
}
