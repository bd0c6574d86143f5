// NumPy's ufuncs as data: which function of `ep::scalar` computes each, over which dtypes. Aliases are Python's
// operators and NumPy's other names for the same ufunc.

/** How a ufunc picks the dtype that it computes in, from the operands' promoted dtype. */
export type Loops =
  /** The promoted dtype; `bool` says what booleans do: compute as bool, as int8, or raise. */
  | { readonly kind: 'same'; readonly bool: 'bool' | 'int8' | 'error'; readonly floats?: false }
  /** The smallest float that holds the promoted dtype. */
  | { readonly kind: 'float' }
  /** Floats as they are, everything else as float64. */
  | { readonly kind: 'divide' }
  /** The promoted dtype, and the result is bool. */
  | { readonly kind: 'predicate' };

export interface Ufunc {
  readonly fn: string;
  readonly arity: 1 | 2;
  readonly loops: Loops;
  readonly callees: readonly string[];
}

const same = (bool: 'bool' | 'int8' | 'error'): Loops => ({ kind: 'same', bool });
const integers: Loops = { kind: 'same', bool: 'bool', floats: false };
const shifts: Loops = { kind: 'same', bool: 'int8', floats: false };
const float: Loops = { kind: 'float' };
const predicate: Loops = { kind: 'predicate' };

const ufunc = (fn: string, arity: 1 | 2, loops: Loops, ...aliases: string[]): Ufunc => ({
  fn,
  arity,
  loops,
  callees: [`numpy.${fn}`, ...aliases],
});

export const UFUNCS: readonly Ufunc[] = [
  ufunc('add', 2, same('bool'), 'operator.add', 'operator.iadd'),
  ufunc('subtract', 2, same('error'), 'operator.sub', 'operator.isub'),
  ufunc('multiply', 2, same('bool'), 'operator.mul', 'operator.imul'),
  ufunc('divide', 2, { kind: 'divide' }, 'numpy.true_divide', 'operator.truediv', 'operator.itruediv'),
  ufunc('floor_divide', 2, same('int8'), 'operator.floordiv', 'operator.ifloordiv'),
  ufunc('remainder', 2, same('int8'), 'numpy.mod', 'operator.mod', 'operator.imod'),
  ufunc('fmod', 2, same('int8')),
  ufunc('negative', 1, same('error'), 'operator.neg'),
  ufunc('positive', 1, same('error'), 'operator.pos'),
  ufunc('absolute', 1, same('bool'), 'numpy.abs', 'operator.abs', 'builtins.abs'),
  ufunc('sign', 1, same('error')),
  ufunc('square', 1, same('int8')),
  ufunc('reciprocal', 1, same('int8')),

  ufunc('equal', 2, predicate, 'operator.eq'),
  ufunc('not_equal', 2, predicate, 'operator.ne'),
  ufunc('less', 2, predicate, 'operator.lt'),
  ufunc('less_equal', 2, predicate, 'operator.le'),
  ufunc('greater', 2, predicate, 'operator.gt'),
  ufunc('greater_equal', 2, predicate, 'operator.ge'),
  ufunc('logical_and', 2, predicate),
  ufunc('logical_or', 2, predicate),
  ufunc('logical_xor', 2, predicate),
  ufunc('logical_not', 1, predicate),
  ufunc('isnan', 1, predicate),
  ufunc('isinf', 1, predicate),
  ufunc('isfinite', 1, predicate),

  ufunc('bitwise_and', 2, integers, 'operator.and_', 'operator.iand'),
  ufunc('bitwise_or', 2, integers, 'operator.or_', 'operator.ior'),
  ufunc('bitwise_xor', 2, integers, 'operator.xor', 'operator.ixor'),
  ufunc('invert', 1, integers, 'numpy.bitwise_not', 'operator.invert'),
  ufunc('left_shift', 2, shifts, 'operator.lshift', 'operator.ilshift'),
  ufunc('right_shift', 2, shifts, 'operator.rshift', 'operator.irshift'),

  ufunc('maximum', 2, same('bool')),
  ufunc('minimum', 2, same('bool')),
  ufunc('fmax', 2, same('bool')),
  ufunc('fmin', 2, same('bool')),

  ...[
    'floor',
    'ceil',
    'trunc',
    'rint',
    'fabs',
    'sqrt',
    'cbrt',
    'exp',
    'exp2',
    'expm1',
    'log',
    'log2',
    'log10',
  ]
    .concat(['log1p', 'sin', 'cos', 'tan', 'arcsin', 'arccos', 'arctan', 'sinh', 'cosh', 'tanh', 'arcsinh'])
    .concat(['arccosh', 'arctanh'])
    .map((fn) => ufunc(fn, 1, float)),
  ufunc('deg2rad', 1, float, 'numpy.radians'),
  ufunc('rad2deg', 1, float, 'numpy.degrees'),
  ufunc('arctan2', 2, float),
  ufunc('hypot', 2, float),
  ufunc('copysign', 2, float),
];
