// Python's operators on Python's own numbers: which inline function of `ep::prim` (python.hpp) computes each. An int
// is 64 bits and leaving them is an error, never a wrap. NumPy values are not its business: it refuses those.

import type { CallSite, PrimitiveRule, Resolution } from '../descriptor.ts';
import { BOOL, FLOAT, INT, refuse } from '../value-types.ts';
import { builtinRules } from './python-builtins.ts';
import { mathRules } from './python-math.ts';
import { notNumbers, numbersOf, primitive } from './python-number.ts';

interface Arithmetic {
  readonly name: string;
  /** Whether the int form can fail (all but the bitwise ones can overflow). */
  readonly intRaises: boolean;
  /** Whether the float form can fail; undefined when floats do not take part. */
  readonly floatRaises?: boolean;
  /** Whether two bools give a bool. */
  readonly bools?: true;
}

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  add: { name: 'add', intRaises: true, floatRaises: false },
  sub: { name: 'sub', intRaises: true, floatRaises: false },
  mul: { name: 'mul', intRaises: true, floatRaises: false },
  floordiv: { name: 'floordiv', intRaises: true, floatRaises: true },
  mod: { name: 'mod', intRaises: true, floatRaises: true },
  and: { name: 'and', intRaises: false, bools: true },
  or: { name: 'or', intRaises: false, bools: true },
  xor: { name: 'xor', intRaises: false, bools: true },
  lshift: { name: 'lshift', intRaises: true },
  rshift: { name: 'rshift', intRaises: true },
};

function arithmetic(call: CallSite, rule: Arithmetic): Resolution {
  const kinds = numbersOf(call, 2);
  if (kinds === null) return notNumbers(call);
  if (kinds.includes('float')) {
    if (rule.floatRaises === undefined) {
      return refuse(
        `unsupported operand types for ${call.callee}: a float`,
        'CPython would raise a TypeError here',
      );
    }
    return primitive(`float_${rule.name}`, call, FLOAT, rule.floatRaises);
  }
  if (rule.bools === true && !kinds.includes('int')) return primitive(`bool_${rule.name}`, call, BOOL, false);
  return primitive(`int_${rule.name}`, call, INT, rule.intRaises);
}

function power(call: CallSite): Resolution {
  const kinds = numbersOf(call, 2);
  if (kinds === null) return notNumbers(call);
  if (kinds.includes('float')) return primitive('float_pow', call, FLOAT, true);
  const exponent = call.args[1]?.constant;
  const isNegative = (typeof exponent === 'bigint' || typeof exponent === 'number') && exponent < 0;
  // CPython converts both to float; a negative exponent seen only at run time is an unsupported value.
  return isNegative ? primitive('float_pow', call, FLOAT, true) : primitive('int_pow', call, INT, true);
}

function comparison(call: CallSite, name: string): Resolution {
  const kinds = numbersOf(call, 2);
  if (kinds === null) return notNumbers(call);
  const side = (kind: string | undefined) => (kind === 'float' ? 'float' : 'int');
  const left = side(kinds[0]);
  const right = side(kinds[1]);
  // An int beside a float is compared exactly, as CPython does, not converted.
  return primitive(left === right ? `${left}_${name}` : `${left}_${right}_${name}`, call, BOOL, false);
}

function unary(call: CallSite, name: string): Resolution {
  const kinds = numbersOf(call, 1);
  if (kinds === null) return notNumbers(call);
  if (kinds[0] === 'float') {
    return name === 'invert'
      ? refuse('bad operand type for unary ~: float', 'CPython would raise a TypeError here')
      : primitive(`float_${name}`, call, FLOAT, false);
  }
  return primitive(`int_${name}`, call, INT, name === 'neg');
}

const binaryRules: readonly PrimitiveRule[] = Object.entries(ARITHMETIC).map(([operator, rule]) => {
  const plain = operator === 'and' || operator === 'or' ? `${operator}_` : operator;
  return {
    callees: [`operator.${plain}`, `operator.i${operator}`],
    resolve: (call) => arithmetic(call, rule),
  };
});

const operatorRules: readonly PrimitiveRule[] = [
  ...binaryRules,
  {
    callees: ['operator.truediv', 'operator.itruediv'],
    resolve: (call) => {
      const kinds = numbersOf(call, 2);
      if (kinds === null) return notNumbers(call);
      return primitive(kinds.includes('float') ? 'float_truediv' : 'int_truediv', call, FLOAT, true);
    },
  },
  { callees: ['operator.pow', 'operator.ipow', 'builtins.pow'], resolve: power },
  ...['lt', 'le', 'gt', 'ge', 'eq', 'ne'].map((name) => ({
    callees: [`operator.${name}`],
    resolve: (call: CallSite) => comparison(call, name),
  })),
  ...['neg', 'pos', 'invert'].map((name) => ({
    callees: [`operator.${name}`],
    resolve: (call: CallSite) => unary(call, name),
  })),
  {
    callees: ['operator.not_'],
    resolve: (call) =>
      numbersOf(call, 1)?.[0] === 'bool' ? primitive('bool_not', call, BOOL, false) : notNumbers(call),
  },
];

/** Every rule for Python's own values. */
export const pythonRules: readonly PrimitiveRule[] = [...operatorRules, ...builtinRules, ...mathRules];
