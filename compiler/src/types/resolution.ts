// What a type rule answered → the op that it stands for.

import type { OperandReference, Resolution } from '@everypath/operators';
import type { Span, ValueId } from '../ir/ir.ts';
import { refuse, type TypedBlock, type TypingContext } from './context.ts';
import { define, materialise, pushPrimitive, valueTyped } from './emit.ts';
import { constant, REFUSED, type Typed } from './typed-value.ts';

export interface TypedArguments {
  readonly args: readonly Typed[];
  readonly kwargs: Readonly<Record<string, Typed>>;
}

/** Puts the op of a resolution and returns its value; several results come as a tuple. */
export function pushResolution(
  context: TypingContext,
  block: TypedBlock,
  resolution: Resolution,
  given: TypedArguments,
  span: Span,
  callee: string,
): Typed {
  if (resolution.kind === 'error') {
    return refuse(context, span, 'EP_OPERATOR', resolution.message, resolution.hint);
  }
  const operands = resolution.operands.map((reference) => {
    const value = referred(reference, given);
    if (value === null) return null;
    return materialise(context, block, value.kind === 'list' ? { ...value, kind: 'tuple' } : value, span);
  });
  if (operands.some((operand) => operand === null)) return REFUSED;
  const ids = operands as ValueId[];
  switch (resolution.kind) {
    case 'primitive':
      if (resolution.name === 'identity') return referred(resolution.operands[0], given) ?? REFUSED;
      return pushPrimitive(
        context,
        block,
        {
          name: resolution.name,
          operands: ids,
          type: resolution.result,
          raises: resolution.raises,
          attributes: resolution.attributes,
        },
        span,
      );
    case 'map': {
      const result = define(context, resolution.result);
      const { fn, compute } = resolution;
      block.ops.push({ kind: 'map', fn, compute, operands: ids, result, span });
      return valueTyped(result);
    }
    case 'kernel': {
      const results = resolution.results.map((type) => define(context, type));
      block.ops.push({
        kind: 'kernel',
        operator: resolution.operator,
        attributes: resolution.attributes,
        operands: ids,
        results,
        label: context.module.text(span) || callee,
        span,
      });
      const [only, ...more] = results;
      if (only !== undefined && more.length === 0) return valueTyped(only);
      return { kind: 'tuple', items: results.map(valueTyped) };
    }
  }
}

function referred(reference: OperandReference | undefined, given: TypedArguments): Typed | null {
  switch (reference?.from) {
    case 'arg':
      return given.args[reference.index] ?? null;
    case 'kwarg':
      return given.kwargs[reference.name] ?? null;
    case 'constant':
      return constant(reference.type, reference.value);
    default:
      return null;
  }
}
