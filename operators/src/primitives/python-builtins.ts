// Built-in functions on Python's own numbers, and the few inline functions that loops over ranges and tuples need.

import { formatType, type Type } from '@everypath/schema';
import type { CallSite, PrimitiveRule, Resolution } from '../descriptor.ts';
import { BOOL, FLOAT, INT, refuse, tupleType } from '../value-types.ts';
import { notNumbers, numberKind, numbersOf, primitive } from './python-number.ts';

/** The operand as it is: its type already is the wanted one. */
function identity(call: CallSite, type: Type): Resolution {
  return primitive('identity', call, type, false);
}

function convert(call: CallSite): Resolution {
  const kind = numbersOf(call, 1)?.[0];
  if (kind === undefined) return notNumbers(call);
  switch (call.callee) {
    case 'builtins.bool':
      return kind === 'bool' ? identity(call, BOOL) : primitive(`${kind}_truth`, call, BOOL, false);
    case 'builtins.int':
      if (kind === 'float') return primitive('float_to_int', call, INT, true);
      return kind === 'int' ? identity(call, INT) : primitive('bool_to_int', call, INT, false);
    default:
      return kind === 'float' ? identity(call, FLOAT) : primitive('int_to_float', call, FLOAT, false);
  }
}

function absolute(call: CallSite): Resolution {
  const kind = numbersOf(call, 1)?.[0];
  if (kind === undefined) return notNumbers(call);
  return kind === 'float'
    ? primitive('float_abs', call, FLOAT, false)
    : primitive('int_abs', call, INT, true);
}

/** The type that all of these have; null when they differ or are no numbers. */
function commonType(types: readonly Type[]): Type | null {
  const [first] = types;
  if (first === undefined || numberKind({ type: first }) === null) return null;
  return types.every((type) => type.kind === first.kind) ? first : null;
}

/** `min` and `max` give one of their operands: its type must not depend on which. */
function extreme(call: CallSite, name: 'min' | 'max'): Resolution {
  if (Object.keys(call.kwargs).length > 0)
    return refuse(`${name}() with key or default is not supported`, 'compare with if');
  const [only] = call.args;
  const overTuple = call.args.length === 1 && only?.type.kind === 'tuple' ? only.type : null;
  if (call.args.length === 0 || (call.args.length === 1 && overTuple === null)) return notNumbers(call);
  const types = overTuple?.items ?? call.args.map((operand) => operand.type);
  const common = commonType(types);
  if (common === null) {
    return refuse(
      `${name}() of ${types.map(formatType).join(', ')} has a type that depends on the values`,
      'convert them to one type first, such as float(x)',
    );
  }
  return primitive(overTuple === null ? name : `tuple_${name}`, call, common, false);
}

function sum(call: CallSite): Resolution {
  const [items] = call.args;
  if (call.args.length !== 1 || items?.type.kind !== 'tuple') return notNumbers(call);
  if (items.type.items.some((type) => type.kind !== 'int' && type.kind !== 'bool')) {
    return refuse(
      'sum() of floats rounds differently from one CPython to the next (compensated since 3.12)',
      'write a + b + c, or use math.fsum outside',
    );
  }
  return primitive('tuple_sum', call, INT, true);
}

function round(call: CallSite): Resolution {
  const kind = numbersOf(call, 1)?.[0];
  if (kind === undefined) {
    return call.args.length === 2 || 'ndigits' in call.kwargs
      ? refuse('round() to a number of digits is not supported', 'round(x) rounds to an int')
      : notNumbers(call);
  }
  if (kind === 'float') return primitive('float_round', call, INT, true);
  return kind === 'int' ? identity(call, INT) : primitive('bool_to_int', call, INT, false);
}

function divmod(call: CallSite): Resolution {
  const kinds = numbersOf(call, 2);
  if (kinds === null) return notNumbers(call);
  return kinds.includes('float')
    ? primitive('float_divmod', call, tupleType([FLOAT, FLOAT]), true)
    : primitive('int_divmod', call, tupleType([INT, INT]), true);
}

const ofKinds =
  (kinds: readonly string[], name: string, result: Type, raises: boolean) =>
  (call: CallSite): Resolution => {
    const given = numbersOf(call, kinds.length);
    const fits = given?.every(
      (kind, index) => kind === kinds[index] || (kind === 'bool' && kinds[index] === 'int'),
    );
    return fits === true ? primitive(name, call, result, raises) : notNumbers(call);
  };

export const builtinRules: readonly PrimitiveRule[] = [
  { callees: ['builtins.bool', 'builtins.int', 'builtins.float'], resolve: convert },
  { callees: ['builtins.abs', 'operator.abs'], resolve: absolute },
  { callees: ['builtins.min'], resolve: (call) => extreme(call, 'min') },
  { callees: ['builtins.max'], resolve: (call) => extreme(call, 'max') },
  { callees: ['builtins.sum'], resolve: sum },
  { callees: ['builtins.round'], resolve: round },
  { callees: ['builtins.divmod'], resolve: divmod },
  { callees: ['builtins.float.is_integer'], resolve: ofKinds(['float'], 'float_is_integer', BOOL, false) },
  { callees: ['builtins.int.bit_length'], resolve: ofKinds(['int'], 'int_bit_length', INT, false) },
  { callees: ['builtins.int.bit_count'], resolve: ofKinds(['int'], 'int_bit_count', INT, false) },
];
