// What writers of fused bodies know of the elementwise functions in scalar.hpp.

import type { Dtype } from '@everypath/schema';
import { cppDtype } from './cpp-type.ts';

const WITHIN: ReadonlySet<string> = new Set(['sin', 'cos', 'log', 'power', 'hypot']);

/** Whether `ep::scalar::within` has a form of the function that loops vectorise, for most arguments. */
export const hasWithin = (fn: string, compute: Dtype): boolean =>
  WITHIN.has(fn) && (compute === 'float32' || compute === 'float64');

const COSTLY: ReadonlySet<string> = new Set(
  (
    'power remainder floor_divide fmod cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan ' +
    'sinh cosh tanh arcsinh arccosh arctanh arctan2 hypot'
  ).split(' '),
);

/** Whether a function costs as much as ten additions and more: all but arithmetic, comparisons and rounding. */
export const isCostly = (fn: string): boolean => COSTLY.has(fn);

/** A call of one elementwise function. `within` takes the form for most arguments where there is one. */
export const scalarCall = (fn: string, compute: Dtype, args: readonly string[], within: boolean): string =>
  within && hasWithin(fn, compute)
    ? `ep::scalar::within::${fn}<${cppDtype(compute)}>(${['outside', ...args].join(', ')})`
    : `ep::scalar::${fn}<${cppDtype(compute)}>(${args.join(', ')})`;
