// What a traced value is once types are known: a run-time value, something known at compile time that becomes code
// only where it is used, or a local that is not bound.

import type { Constant, Operand } from '@everypath/operators';
import type { Type } from '@everypath/schema';
import { formatType } from '@everypath/schema';
import type { IrType, ValueId } from '../ir/ir.ts';

export type Typed =
  | { readonly kind: 'value'; readonly id: ValueId; readonly type: IrType }
  | { readonly kind: 'constant'; readonly type: Type; readonly value: Constant }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Typed[] }
  /** A dotted name of another module: `numpy.float32`. Rules see it as that text. */
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'unbound' }
  /** Something refused: silently spoils what is made of it. */
  | { readonly kind: 'refused' };

export const REFUSED: Typed = { kind: 'refused' };
export const NONE: Typed = { kind: 'constant', type: { kind: 'none' }, value: null };

export function constant(type: Type, value: Constant): Typed {
  return { kind: 'constant', type, value };
}

/** Python's own type of a constant: an int travels as a bigint until here. */
export function constantOf(value: Constant): Typed {
  if (value === null) return NONE;
  switch (typeof value) {
    case 'boolean':
      return constant({ kind: 'bool' }, value);
    case 'number':
      return constant({ kind: 'float' }, value);
    case 'bigint':
      return intConstant(value);
    case 'string':
      return constant({ kind: 'str' }, value);
    default:
      break;
  }
  if (Array.isArray(value)) return { kind: 'tuple', items: (value as readonly Constant[]).map(constantOf) };
  throw new TypeError('an array constant has a type of its own');
}

/** An int constant, as a plain number where that is exact. */
export function intConstant(value: bigint): Typed {
  const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return constant({ kind: 'int' }, isSafe ? Number(value) : value);
}

/** The value's type as the boundary and the rules name types; null when it has none. */
export function typeOf(value: Typed): Type | null {
  switch (value.kind) {
    case 'value':
      return value.type.kind === 'maybe' || value.type.kind === 'unknown' ? null : value.type;
    case 'constant':
      return value.type;
    // A list that is handed to a call at once is like a tuple to it.
    case 'tuple':
    case 'list': {
      const items = value.items.map(typeOf);
      return items.some((item) => item === null) ? null : { kind: 'tuple', items: items as Type[] };
    }
    case 'symbol':
      return { kind: 'str' };
    default:
      return null;
  }
}

/** The compile-time constant that a value is, or undefined. */
export function knownConstant(value: Typed): Constant | undefined {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'symbol':
      return value.name;
    case 'tuple':
    case 'list': {
      const items = value.items.map(knownConstant);
      return items.some((item) => item === undefined) ? undefined : (items as Constant[]);
    }
    default:
      return undefined;
  }
}

/** The value as a type rule sees it; null when it is refused or may be unbound. */
export function operandOf(value: Typed): Operand | null {
  const type = typeOf(value);
  if (type === null) return null;
  const known = knownConstant(value);
  return known === undefined ? { type } : { type, constant: known };
}

/** For messages. */
export function formatIrType(type: IrType): string {
  if (type.kind === 'unknown') return 'unknown';
  return type.kind === 'maybe' ? `maybe ${formatType(type.of)}` : formatType(type);
}

/** A number that must be an int constant, as bigint. */
export function asInt(value: Typed): bigint | null {
  const isInt = value.kind === 'constant' && (value.type.kind === 'int' || value.type.kind === 'bool');
  if (!isInt) return null;
  const known = value.value;
  return typeof known === 'bigint' || typeof known === 'number' || typeof known === 'boolean'
    ? BigInt(known)
    : null;
}
