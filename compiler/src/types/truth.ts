// The truth of a value, as `if`, `while`, `not` and `and` ask for it.

import type { Span } from '../ir/ir.ts';
import { refuse, type TypedBlock, type TypingContext } from './context.ts';
import { pushResolution } from './resolution.ts';
import { constant, formatIrType, knownConstant, operandOf, REFUSED, type Typed } from './typed-value.ts';

const BOOL = { kind: 'bool' } as const;

export function truthOf(context: TypingContext, block: TypedBlock, value: Typed, span: Span): Typed {
  const known = constantTruth(value);
  if (known !== null) return constant(BOOL, known);
  const operand = operandOf(value);
  if (operand === null) return REFUSED;
  if (operand.type.kind === 'bool') return value;
  const call = { callee: 'builtins.bool', args: [operand], kwargs: {} };
  const resolution = context.module.rules.resolveCall(call);
  if (resolution.kind === 'error') {
    return refuse(
      context,
      span,
      'EP_TRUTH',
      operand.type.kind === 'array'
        ? `an array (${formatIrType(operand.type)}) has no single truth`
        : `the truth of ${formatIrType(operand.type)} is not supported`,
      'Compare it with something, or use np.any and np.all.',
    );
  }
  return pushResolution(context, block, resolution, { args: [value], kwargs: {} }, span, 'bool');
}

/** The truth of what is known at compile time; null when it is not. */
export function constantTruth(value: Typed): boolean | null {
  if (value.kind === 'tuple' || value.kind === 'list') return value.items.length > 0;
  if (value.kind !== 'constant') return null;
  const known = knownConstant(value);
  if (known === null) return false;
  if (typeof known === 'number') return known !== 0;
  if (typeof known === 'bigint') return known !== 0n;
  if (typeof known === 'boolean') return known;
  return typeof known === 'string' ? known !== '' : null;
}
