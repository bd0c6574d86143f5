// The functions of Python's `math` module on numbers: libm's answers with CPython's errors (math domain error, math
// range error). What CPython computes by an algorithm of its own (fsum, gamma, dist) is refused.

import type { Type } from '@everypath/schema';
import type { CallSite, PrimitiveRule, Resolution } from '../descriptor.ts';
import { BOOL, FLOAT, INT, tupleType } from '../value-types.ts';
import { notNumbers, numberKind, primitive } from './python-number.ts';

/** A number that converts to float without loss of meaning: Python's, or a NumPy scalar. */
const isReal = (type: Type): boolean =>
  numberKind({ type }) !== null ||
  (type.kind === 'scalar' && !['bool', 'float16', 'complex64', 'complex128'].includes(type.dtype));
const isInteger = (type: Type): boolean => type.kind === 'int' || type.kind === 'bool';

interface MathFunction {
  readonly name: string;
  readonly count: number;
  readonly takes: (type: Type) => boolean;
  readonly result: Type;
  readonly raises: boolean;
}

const real = (count: number, raises: boolean, ...names: readonly string[]): readonly MathFunction[] =>
  names.map((name) => ({ name, count, takes: isReal, result: FLOAT, raises }));

const FUNCTIONS: readonly MathFunction[] = [
  ...real(1, true, 'sqrt', 'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p'),
  ...real(1, true, 'sin', 'cos', 'tan', 'asin', 'acos', 'cosh', 'sinh', 'acosh', 'atanh'),
  ...real(1, false, 'atan', 'tanh', 'asinh', 'cbrt', 'fabs', 'degrees', 'radians', 'erf', 'erfc'),
  ...real(2, true, 'pow', 'fmod', 'remainder'),
  ...real(2, false, 'atan2', 'copysign', 'nextafter', 'hypot'),
  ...['isnan', 'isinf', 'isfinite'].map((name) => ({
    name,
    count: 1,
    takes: isReal,
    result: BOOL,
    raises: false,
  })),
  ...['gcd', 'lcm'].map((name) => ({ name, count: 2, takes: isInteger, result: INT, raises: true })),
  ...['factorial', 'isqrt'].map((name) => ({ name, count: 1, takes: isInteger, result: INT, raises: true })),
  { name: 'modf', count: 1, takes: isReal, result: tupleType([FLOAT, FLOAT]), raises: false },
];

function resolveMath(call: CallSite, rule: MathFunction): Resolution {
  const fits = call.args.length === rule.count && call.args.every((operand) => rule.takes(operand.type));
  if (!fits || Object.keys(call.kwargs).length > 0) return notNumbers(call);
  return primitive(`math_${rule.name}`, call, rule.result, rule.raises);
}

function log(call: CallSite, rule: MathFunction): Resolution {
  if (call.args.length !== 2) return resolveMath(call, rule);
  return resolveMath(call, { ...rule, name: 'log_base', count: 2 });
}

/** `floor`, `ceil` and `trunc` give an int; of an int, that int. */
function whole(call: CallSite, name: string): Resolution {
  const [operand] = call.args;
  if (call.args.length !== 1 || operand === undefined || !isReal(operand.type)) return notNumbers(call);
  if (operand.type.kind === 'int') return primitive('identity', call, INT, false);
  if (operand.type.kind === 'bool') return primitive('bool_to_int', call, INT, false);
  if (operand.type.kind === 'scalar' && !operand.type.dtype.startsWith('float')) return notNumbers(call);
  return primitive(`math_${name}`, call, INT, true);
}

export const mathRules: readonly PrimitiveRule[] = [
  ...FUNCTIONS.map((rule) => ({
    callees: [`math.${rule.name}`],
    resolve: (call: CallSite) => (rule.name === 'log' ? log(call, rule) : resolveMath(call, rule)),
  })),
  ...['floor', 'ceil', 'trunc'].map((name) => ({
    callees: [`math.${name}`],
    resolve: (call: CallSite) => whole(call, name),
  })),
];
