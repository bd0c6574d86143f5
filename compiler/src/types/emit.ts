// Typed ops on their way into a block, and compile-time values made into run-time ones where they are used.

import type { Constant } from '@everypath/operators';
import type { Type } from '@everypath/schema';
import type { Definition, IrType, Op, Span, ValueId } from '../ir/ir.ts';
import { refuse, type TypedBlock, type TypingContext } from './context.ts';
import { type Joined, joinTypes, sameType } from './join.ts';
import { formatIrType, type Typed, typeOf } from './typed-value.ts';

export function define(context: TypingContext, type: IrType, name?: string): Definition {
  const id = context.numbering.next++;
  return name === undefined ? { id, type } : { id, type, name };
}

export function valueTyped(definition: Definition): Typed {
  return { kind: 'value', id: definition.id, type: definition.type };
}

export interface PrimitiveCall {
  readonly name: string;
  readonly operands: readonly ValueId[];
  readonly type: IrType;
  readonly raises: boolean;
  readonly attributes?: Readonly<Record<string, number | boolean | string>>;
  readonly label?: string;
}

export function pushPrimitive(
  context: TypingContext,
  block: TypedBlock,
  call: PrimitiveCall,
  span: Span,
): Typed {
  const result = define(context, call.type, call.label);
  block.ops.push({
    kind: 'primitive',
    name: call.name,
    attributes: call.attributes ?? {},
    operands: call.operands,
    result,
    raises: call.raises,
    span,
  });
  return valueTyped(result);
}

export function pushConstant(
  context: TypingContext,
  block: TypedBlock,
  type: Type,
  value: Constant,
  span: Span,
  name?: string,
): ValueId {
  const result = define(context, type, name);
  block.ops.push({ kind: 'constant', result, value, span });
  return result.id;
}

export function pushRaise(block: TypedBlock, exception: string, message: string, span: Span): void {
  block.ops.push({ kind: 'raise', exception, message, span });
  block.ended = true;
}

const MAX_INT = 2n ** 63n - 1n;

/** The run-time value of anything; null when it has none (which is then refused). */
export function materialise(
  context: TypingContext,
  block: TypedBlock,
  value: Typed,
  span: Span,
): ValueId | null {
  switch (value.kind) {
    case 'value':
      return value.id;
    case 'constant': {
      const { type, value: known } = value;
      if (typeof known === 'bigint' && (known > MAX_INT || known < -MAX_INT - 1n)) {
        refuse(
          context,
          span,
          'EP_INT_RANGE',
          `the int ${known} does not fit 64 bits`,
          'Write it as a float.',
        );
        return null;
      }
      return pushConstant(context, block, type, known, span);
    }
    case 'tuple': {
      const type = typeOf(value);
      const operands = value.items.map((item) => materialise(context, block, item, span));
      if (type === null || operands.some((operand) => operand === null)) return null;
      const made = pushPrimitive(
        context,
        block,
        { name: 'tuple', operands: operands as ValueId[], type, raises: false },
        span,
      );
      return made.kind === 'value' ? made.id : null;
    }
    case 'list':
      refuse(
        context,
        span,
        'EP_LIST_UNSUPPORTED',
        'not supported yet: a list as a value',
        'Use a tuple, or an array made by np.array or np.stack.',
      );
      return null;
    case 'symbol':
      refuse(
        context,
        span,
        'EP_SYMBOL_AS_VALUE',
        `${value.name} is used as a value`,
        'Only calls of it, and arguments like dtype=np.float32, can be compiled.',
      );
      return null;
    case 'unbound':
    case 'refused':
      return null;
  }
}

/** The type that a value has in a join. */
export function joinedTypeOf(value: Typed): Joined {
  if (value.kind === 'unbound') return { kind: 'unbound' };
  if (value.kind === 'value') return value.type;
  return typeOf(value) ?? { kind: 'unknown' };
}

/** A value as the joined type: a bound one becomes a maybe, an unbound one an empty maybe. */
export function coerce(
  context: TypingContext,
  block: TypedBlock,
  value: Typed,
  type: IrType,
  span: Span,
): ValueId | null {
  if (value.kind === 'unbound') {
    const result = define(context, type);
    block.ops.push({ kind: 'unbound', result, span });
    return result.id;
  }
  const id = materialise(context, block, value, span);
  if (id === null || type.kind !== 'maybe') return id;
  if (value.kind === 'value' && value.type.kind === 'maybe') return id;
  const made = pushPrimitive(context, block, { name: 'maybe', operands: [id], type, raises: false }, span);
  return made.kind === 'value' ? made.id : null;
}

/** The join of several values' types, or null after refusing with the variable's name. */
export function joinAll(
  context: TypingContext,
  values: readonly Typed[],
  name: string | undefined,
  span: Span,
): Joined | null {
  let joined: Joined | null = null;
  for (const value of values) {
    const type = joinedTypeOf(value);
    const next: Joined | null = joined === null ? type : joinTypes(joined, type);
    if (next === null) {
      refuseJoin(context, joined as Joined, type, name, span);
      return null;
    }
    joined = next;
  }
  return joined;
}

/** Says how to give a variable one type on all ways. */
export function refuseJoin(
  context: TypingContext,
  a: Joined,
  b: Joined,
  name: string | undefined,
  span: Span,
): void {
  const format = (type: Joined) => (type.kind === 'unbound' ? 'unbound' : formatIrType(type));
  const kinds = [a, b].map((type) => (type.kind === 'maybe' ? type.of.kind : type.kind));
  const numeric = kinds.includes('int') && kinds.includes('float');
  const optional = kinds.includes('none');
  refuse(
    context,
    span,
    'EP_TYPE_CHANGES',
    `${name === undefined ? 'the value' : `the variable ${name}`} is ${format(a)} on one way and ${format(b)} on another`,
    numeric
      ? 'Give it one type on every way: write 0.0 instead of 0, or float(x).'
      : optional
        ? 'Give it a value of one type on every way instead of None.'
        : 'Give it one type on every way, or use two variables.',
  );
}

/** Whether two values are known to be the same without looking at run time. */
export function sameTyped(a: Typed, b: Typed): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'value':
      return b.kind === 'value' && a.id === b.id;
    case 'constant':
      return (
        b.kind === 'constant' &&
        sameType(a.type, b.type) &&
        // Not JSON: -0.0, nan and bigint must be told apart.
        (Object.is(a.value, b.value) || (typeof a.value === 'object' && a.value === b.value))
      );
    case 'tuple':
    case 'list':
      return (
        (b.kind === 'tuple' || b.kind === 'list') &&
        a.items.length === b.items.length &&
        a.items.every((item, index) => sameTyped(item, b.items[index] as Typed))
      );
    case 'symbol':
      return b.kind === 'symbol' && a.name === b.name;
    case 'unbound':
    case 'refused':
      return true;
  }
}

export function placeholderOp(span: Span): Op {
  return { kind: 'break', values: [], span };
}
