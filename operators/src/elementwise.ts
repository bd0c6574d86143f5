// Elementwise calls on arrays, NumPy scalars and images: every ufunc, and power, where, clip and astype. Each becomes
// a `map`; chains of maps fuse. A map whose result is a scalar is one inline call of its function.

import type { Dtype, Type } from '@everypath/schema';
import { type BoundArgument, bindArguments, isAbsent } from './arguments.ts';
import { isNativeDtype } from './cpp-type.ts';
import type { CallSite, Operand, OperandReference, PrimitiveRule, Resolution } from './descriptor.ts';
import { dtypeArgument, dtypeKind, dtypeNamed, floatFor, isFloat, isInteger } from './dtypes.ts';
import { broadcastShapes, isNumpy, isRefusal, type Refusal, resultDtype } from './promotion.ts';
import { type Loops, UFUNCS } from './ufuncs.ts';
import { arrayOrScalar, BOOL, dtypeOf, FLOAT, INT, integerConstant, refuse, shapeOf } from './value-types.ts';

const fail = (refusal: Refusal): Resolution => refuse(refusal.message, refusal.hint);

/** A map over broadcast operands. */
export function mapResolution(
  fn: string,
  operands: readonly BoundArgument[],
  compute: Dtype,
  result: Dtype = compute,
): Resolution {
  for (const dtype of [compute, result]) {
    if (!isNativeDtype(dtype)) {
      return refuse(
        `${fn} would compute in ${dtype}, which is not supported`,
        'convert to float32 or float64',
      );
    }
  }
  const shapes = operands.map(({ operand }) => shapeOf(operand.type));
  if (shapes.some((shape) => shape === undefined)) {
    return refuse("the image's mode is only known at run time", 'call image.convert("RGB") first');
  }
  const shape = broadcastShapes(shapes as (readonly (string | number | null)[])[]);
  if (isRefusal(shape)) return fail(shape);
  const references = operands.map(({ reference }) => reference);
  return { kind: 'map', fn, operands: references, compute, result: arrayOrScalar(result, shape) };
}

function computeDtype(fn: string, loops: Loops, promoted: Dtype): Dtype | Refusal {
  const none = (what: string): Refusal => ({
    message: `numpy.${fn} is not defined for ${what}`,
    hint: 'convert the operands with astype first',
  });
  switch (loops.kind) {
    case 'predicate':
      return promoted;
    case 'float':
      return floatFor(promoted);
    case 'divide':
      return isFloat(promoted) ? promoted : 'float64';
    case 'same':
      if (promoted !== 'bool') return loops.floats === false && isFloat(promoted) ? none(promoted) : promoted;
      return loops.bool === 'error' ? none('bool') : loops.bool;
  }
}

const positional = (call: CallSite): readonly BoundArgument[] =>
  call.args.map((operand, index) => ({ operand, reference: { from: 'arg', index } }));

/** Python's operators on Python's own numbers are not NumPy's business. */
const leaveToPython = (call: CallSite): boolean =>
  !call.callee.startsWith('numpy.') && !call.args.some(isNumpy);

const notNumpy = (call: CallSite): Resolution =>
  refuse(`${call.callee} got no NumPy value`, 'this rule is for arrays and NumPy scalars');

const checkArity = (call: CallSite, arity: number): Resolution | undefined => {
  const given = Object.keys(call.kwargs);
  if (given.length > 0) return refuse(`${call.callee} has no supported argument ${given[0]}`, 'leave it out');
  if (call.args.length === arity) return undefined;
  return refuse(`${call.callee} takes ${arity} operands, ${call.args.length} were given`, 'check the call');
};

const ufuncRules: readonly PrimitiveRule[] = UFUNCS.map(({ fn, arity, loops, callees }) => ({
  callees,
  resolve: (call) => {
    if (leaveToPython(call)) return notNumpy(call);
    const wrong = checkArity(call, arity);
    if (wrong) return wrong;
    const promoted = resultDtype(call.args);
    if (isRefusal(promoted)) return fail(promoted);
    const compute = computeDtype(fn, loops, promoted);
    if (isRefusal(compute)) return fail(compute);
    return mapResolution(fn, positional(call), compute, loops.kind === 'predicate' ? 'bool' : compute);
  },
}));

/** NumPy's own short cuts for constant exponents on arrays (`fast_scalar_power`). */
const FAST_POWERS: ReadonlyMap<number, string> = new Map([
  [1, 'positive'],
  [2, 'square'],
]);
const FAST_FLOAT_POWERS: ReadonlyMap<number, string> = new Map([
  [-1, 'reciprocal'],
  [0.5, 'sqrt'],
]);

const power: PrimitiveRule = {
  callees: ['numpy.power', 'operator.pow', 'operator.ipow', 'builtins.pow'],
  resolve: (call) => {
    if (leaveToPython(call)) return notNumpy(call);
    const wrong = checkArity(call, 2);
    if (wrong) return wrong;
    const promoted = resultDtype(call.args);
    if (isRefusal(promoted)) return fail(promoted);
    const compute = promoted === 'bool' ? 'int8' : promoted;
    const [base, exponent] = positional(call);
    const value = exponent!.operand.constant;
    const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
    if (call.callee !== 'numpy.power' && base!.operand.type.kind === 'array' && number !== undefined) {
      const fast = FAST_POWERS.get(number) ?? (isFloat(compute) ? FAST_FLOAT_POWERS.get(number) : undefined);
      if (fast) return mapResolution(fast, [base!], compute);
    }
    if (isInteger(compute) && dtypeKind(dtypeOf(exponent!.operand.type)!) !== 'unsigned') {
      if (number === undefined || number < 0) {
        return refuse(
          'integers to a power that may be negative raise ValueError in NumPy',
          'use a constant exponent, or convert the base to float',
        );
      }
    }
    return mapResolution('power', [base!, exponent!], compute);
  },
};

const where: PrimitiveRule = {
  callees: ['numpy.where'],
  resolve: (call) => {
    const wrong = checkArity(call, 3);
    if (wrong) return wrong;
    const [condition, x, y] = positional(call);
    const compute = resultDtype([x!.operand, y!.operand]);
    if (isRefusal(compute)) return fail(compute);
    const conditionDtype = dtypeOf(condition!.operand.type);
    if (conditionDtype !== 'bool' && conditionDtype !== compute) {
      return refuse('the condition of numpy.where must be boolean', 'compare it: x != 0');
    }
    return mapResolution('where', [condition!, x!, y!], compute);
  },
};

const clip: PrimitiveRule = {
  callees: ['numpy.clip', 'numpy.ndarray.clip'],
  resolve: (call) => {
    const names = call.callee === 'numpy.clip' ? ['a', 'a_min', 'a_max'] : ['a', 'min', 'max'];
    const bound = bindArguments(call, names);
    if (typeof bound === 'string') return refuse(bound, 'give the array and its two bounds');
    const [x, low, high] = names.map((name) => bound.get(name));
    if (!x || (isAbsent(low) && isAbsent(high))) return refuse('clip needs a bound', 'give a_min or a_max');
    const given = [x, low, high].filter((item): item is BoundArgument => !isAbsent(item));
    const compute = resultDtype(given.map(({ operand }) => operand));
    if (isRefusal(compute)) return fail(compute);
    return mapResolution(given.length === 3 ? 'clip' : isAbsent(low) ? 'minimum' : 'maximum', given, compute);
  },
};

const astype: PrimitiveRule = {
  callees: ['numpy.ndarray.astype', 'numpy.generic.astype'],
  resolve: (call) => {
    const bound = bindArguments(call, ['self', 'dtype', 'order', 'casting', 'subok', 'copy']);
    if (typeof bound === 'string') return refuse(bound, 'give astype a dtype only');
    const dtype = bound.get('dtype') && dtypeArgument(bound.get('dtype')!.operand);
    if (!dtype) return refuse('the dtype of astype must be known at compile time', 'write it: numpy.float32');
    return mapResolution('cast', [bound.get('self')!], dtype);
  },
};

/** `numpy.float32(x)`, and `float(x)`, `int(x)`, `bool(x)` of a NumPy scalar. */
const conversions: readonly PrimitiveRule[] = [
  ...['bool_', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64']
    .concat(['double', 'single', 'intp'])
    .map((name) => ({
      callees: [`numpy.${name}`],
      resolve: (call: CallSite): Resolution => {
        const dtype = dtypeNamed(name)!;
        const wrong = checkArity(call, 1);
        if (wrong) return wrong;
        const [x] = positional(call);
        if (dtypeOf(x!.operand.type) === undefined) {
          return refuse(`numpy.${name} takes a number or an array`, 'pass one of these');
        }
        const whole = integerConstant(x!.operand);
        if (isInteger(dtype) && x!.operand.type.kind === 'int' && whole === undefined && dtype !== 'int64') {
          return refuse(`numpy.${name} of an int may overflow`, 'use numpy.int64');
        }
        return mapResolution('cast', [x!], dtype);
      },
    })),
  ...(
    [
      ['builtins.float', FLOAT, 'float64'],
      ['builtins.int', INT, 'int64'],
      ['builtins.bool', BOOL, 'bool'],
    ] as const
  ).map(([callee, type, compute]) => ({
    callees: [callee],
    resolve: (call: CallSite): Resolution => pythonNumber(call, type, compute),
  })),
];

function pythonNumber(call: CallSite, type: Type, compute: Dtype): Resolution {
  const operand: Operand | undefined = call.args[0];
  if (operand?.type.kind !== 'scalar' || call.args.length !== 1) return notNumpy(call);
  if (type.kind === 'int' && (isFloat(operand.type.dtype) || operand.type.dtype === 'uint64')) {
    return refuse(
      `int() of a ${operand.type.dtype} scalar may raise or overflow`,
      'convert it with float(x) first',
    );
  }
  const operands: readonly OperandReference[] = [{ from: 'arg', index: 0 }];
  return { kind: 'map', fn: 'cast', operands, compute, result: type };
}

export const elementwiseRules: readonly PrimitiveRule[] = [
  ...ufuncRules,
  power,
  where,
  clip,
  astype,
  ...conversions,
];
