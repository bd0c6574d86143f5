// How far a function's answer may lie from CPython's: what the operators in it document, added up, and a few units in
// the last place for each call of the C library's mathematics, whose last bit differs from system to system.

import type { Expression, IrModule, Op, Region } from '@everypath/compiler';
import { type OperatorDescriptor, operators } from '@everypath/operators';
import type { Dtype, Type } from '@everypath/schema';
import { type Allowance, EXACT } from './compare.ts';
import { levelErrorOf } from './level-error.ts';

/** Functions that no standard rounds correctly. `sqrt`, `floor`, `fabs`, `fmod` are exact everywhere. */
const LIBM = new Set(
  (
    'sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp exp2 expm1 log log2 log10 log1p pow power ' +
    'cbrt hypot erf erfc gamma lgamma tgamma logaddexp logaddexp2 arcsin arccos arctan arctan2 arcsinh arccosh ' +
    'arctanh float_power'
  ).split(' '),
);

/** NumPy's own vector mathematics is documented to 4 units in the last place. */
const LIBM_ULPS = 4;

const EPSILON: Readonly<Partial<Record<Dtype, number>>> = {
  float16: 2 ** -10,
  float32: 2 ** -23,
  float64: 2 ** -52,
  complex64: 2 ** -23,
  complex128: 2 ** -52,
};

const isLibm = (name: string): boolean =>
  LIBM.has(
    name
      .split(/[.:]/)
      .at(-1)
      ?.replace(/^(math|float|np)_/, '') ?? '',
  );

function libmInExpression(expression: Expression): number {
  if (expression.kind !== 'apply') return 0;
  const own = isLibm(expression.fn) ? 1 : 0;
  return own + expression.args.reduce((sum, argument) => sum + libmInExpression(argument), 0);
}

interface Found {
  readonly kernels: ReadonlySet<string>;
  readonly libm: number;
}

function visit(region: Region, found: { kernels: Set<string>; libm: number }): void {
  for (const op of region.ops) visitOp(op, found);
}

function visitOp(op: Op, found: { kernels: Set<string>; libm: number }): void {
  switch (op.kind) {
    case 'primitive':
      if (isLibm(op.name)) found.libm++;
      return;
    case 'map':
      if (isLibm(op.fn)) found.libm++;
      return;
    case 'kernel':
      found.kernels.add(op.operator);
      if (op.body?.kind === 'expression') found.libm += libmInExpression(op.body.root);
      if (op.body?.kind === 'loop') visit(op.body.loop.body, found);
      return;
    case 'if':
      visit(op.then, found);
      visit(op.else, found);
      return;
    case 'loop':
      visit(op.body, found);
      return;
    default:
      return;
  }
}

/** The coarsest float in a result decides what one unit in the last place is. */
function epsilonOf(type: Type): number {
  switch (type.kind) {
    case 'scalar':
    case 'array':
      return EPSILON[type.dtype] ?? 2 ** -52;
    case 'tuple':
      return Math.max(2 ** -52, ...type.items.map(epsilonOf));
    case 'list':
      return epsilonOf(type.item);
    case 'dict':
      return epsilonOf(type.value);
    default:
      return 2 ** -52;
  }
}

function operatorAllowance(name: string, descriptors: readonly OperatorDescriptor[]): Allowance {
  const tolerance = descriptors.find((descriptor) => descriptor.name === name)?.tolerance;
  switch (tolerance?.kind) {
    case 'float':
      return { ...EXACT, relative: tolerance.relative, absolute: tolerance.absolute };
    // Levels are followed to the result, see `levelErrorOf`. Indices are compared exactly: cases whose values tie
    // within rounding do not belong in a proof.
    default:
      return EXACT;
  }
}

const plus = (a: Allowance, b: Allowance): Allowance => ({
  relative: a.relative + b.relative,
  absolute: a.absolute + b.absolute,
  levels: a.levels + b.levels,
});

/** Whether anything at all is allowed. */
export const isExact = (allowance: Allowance): boolean =>
  allowance.relative === 0 && allowance.absolute === 0 && allowance.levels === 0;

/** What a typed module allows. `override` replaces the float part, as `--rtol` and `--atol` do. */
export function allowanceOf(
  module: IrModule,
  override: { readonly rtol?: number; readonly atol?: number } = {},
  descriptors: readonly OperatorDescriptor[] = operators,
): Allowance {
  const found = { kernels: new Set<string>(), libm: 0 };
  for (const fn of module.functions) visit(fn.body, found);
  const { kernels, libm }: Found = found;
  const ulps = LIBM_ULPS * libm * epsilonOf(module.result);
  // The absolute part lets intermediates near one cancel: sin(x) - x keeps the error of sin(x).
  const mathematics = { relative: ulps, absolute: ulps, levels: 0 };
  const sum = [...kernels].map((name) => operatorAllowance(name, descriptors)).reduce(plus, mathematics);
  const off = levelErrorOf(module, descriptors);
  return {
    relative: override.rtol ?? sum.relative,
    absolute: override.atol ?? sum.absolute + off,
    levels: Math.ceil(off),
  };
}
