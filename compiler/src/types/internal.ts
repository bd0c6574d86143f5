// Calls that Python's own machinery makes: the counters of `for`, identity with None, and lengths. Answers undefined
// for every other callee.

import type { Span } from '../ir/ir.ts';
import { refuse, type TypedBlock, type TypingContext } from './context.ts';
import { materialise, type PrimitiveCall, pushPrimitive, pushRaise } from './emit.ts';
import { typeLength } from './subscript.ts';
import { asInt, constant, formatIrType, intConstant, REFUSED, type Typed, typeOf } from './typed-value.ts';

const INT = { kind: 'int' } as const;
const BOOL = { kind: 'bool' } as const;

export function typeInternal(
  context: TypingContext,
  block: TypedBlock,
  callee: string,
  args: readonly Typed[],
  span: Span,
): Typed | undefined {
  const [first = REFUSED, second = REFUSED, third = REFUSED] = args;
  const primitive = (call: Omit<PrimitiveCall, 'operands'>, operands: readonly Typed[]): Typed => {
    const ids = operands.map((value) => materialise(context, block, value, span));
    if (ids.some((id) => id === null)) return REFUSED;
    return pushPrimitive(context, block, { ...call, operands: ids as number[] }, span);
  };
  switch (callee) {
    case 'everypath.range_bound':
      return rangeBound(context, first, primitive, span);
    case 'everypath.range_step': {
      const step = asInt(first);
      if (step === null) return primitive({ name: 'range_step', type: INT, raises: true }, [first]);
      if (step !== 0n) return first;
      pushRaise(block, 'ValueError', 'range() arg 3 must not be zero', span);
      return REFUSED;
    }
    case 'everypath.range_more': {
      const step = asInt(third);
      if (step === null)
        return primitive({ name: 'range_more', type: BOOL, raises: false }, [first, second, third]);
      return primitive({ name: step > 0n ? 'int_lt' : 'int_gt', type: BOOL, raises: false }, [first, second]);
    }
    case 'everypath.range_next':
      return primitive(
        { name: asInt(second) === 1n ? 'range_successor' : 'range_next', type: INT, raises: false },
        asInt(second) === 1n ? [first] : [first, second],
      );
    case 'everypath.iteration_length': {
      const type = typeOf(first);
      const isIterable =
        first.kind === 'tuple' || first.kind === 'list' || type?.kind === 'tuple' || type?.kind === 'array';
      if (type === null || isIterable) return typeLength(context, block, first, span);
      return refuse(
        context,
        span,
        'EP_ITERATION',
        `not supported yet: iterating over ${formatIrType(type)}`,
        'Iterate over range(n), a tuple or an array.',
      );
    }
    case 'builtins.len':
      return args.length === 1 &&
        (first.kind === 'tuple' || first.kind === 'list' || typeOf(first)?.kind === 'tuple')
        ? typeLength(context, block, first, span)
        : undefined;
    case 'operator.is_':
    case 'operator.is_not':
      return identity(context, callee === 'operator.is_', first, second, span);
    default:
      return undefined;
  }
}

/** The bounds of `range` are ints, or NumPy integers, which have `__index__`. */
function rangeBound(
  context: TypingContext,
  bound: Typed,
  primitive: (call: Omit<PrimitiveCall, 'operands'>, operands: readonly Typed[]) => Typed,
  span: Span,
): Typed {
  const type = typeOf(bound);
  if (type === null) return REFUSED;
  if (type.kind === 'int') return bound;
  const known = asInt(bound);
  if (known !== null) return intConstant(known);
  if (type.kind === 'bool') return primitive({ name: 'bool_to_int', type: INT, raises: false }, [bound]);
  if (type.kind === 'scalar' && /^(u?int(8|16|32)|int64)$/.test(type.dtype)) {
    return primitive({ name: 'scalar_to_int', type: INT, raises: false }, [bound]);
  }
  return refuse(
    context,
    span,
    'EP_RANGE',
    `range() takes ints, not ${formatIrType(type)}`,
    'CPython would raise a TypeError here: convert it with int(x).',
  );
}

/** `x is None`: what may be None is known from the type. Other identities are an accident of the implementation. */
function identity(context: TypingContext, positive: boolean, a: Typed, b: Typed, span: Span): Typed {
  const types = [typeOf(a), typeOf(b)];
  if (types.some((type) => type === null)) return REFUSED;
  const nones = types.filter((type) => type?.kind === 'none').length;
  if (nones > 0) return constant(BOOL, (nones === 2) === positive);
  return refuse(
    context,
    span,
    'EP_IDENTITY',
    '`is` is only supported with None',
    'Compare values with == instead.',
  );
}
