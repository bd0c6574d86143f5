// What specifications are written with: operands, known values, and a specification's name from its call.

import type { Dtype, ImageMode, Type } from '@everypath/schema';
import type { Constant, Operand } from '../../descriptor.ts';
import { arrayType, INT } from '../../value-types.ts';
import type { Specification } from '../plan.ts';

export const array = (dtype: Dtype, rank: number): Type => arrayType(dtype, Array<null>(rank).fill(null));
export const image = (mode: ImageMode): Type => ({ kind: 'image', mode });
export const of = (type: Type): Operand => ({ type });
export const known = (type: Type, constant: Constant): Operand => ({ type, constant });
export const text = (constant: string): Operand => known({ kind: 'str' }, constant);
export const number = (value: number): Operand => known(INT, value);

export const spec = (
  callee: string,
  args: readonly Operand[],
  cases: readonly string[],
  reference: string,
  kwargs: Readonly<Record<string, Operand>> = {},
  more: Partial<Specification> = {},
): Specification => ({
  name: `${callee} ${args.map(({ type }) => label(type)).join(' ')}`,
  call: { callee, args, kwargs },
  cases,
  reference,
  ...more,
});

export const label = (type: Type): string =>
  type.kind === 'array'
    ? `${type.dtype}_${type.shape.length}`
    : type.kind === 'scalar'
      ? type.dtype
      : type.kind;

export const f32 = (rank: number): Operand => of(array('float32', rank));
export const f64 = (rank: number): Operand => of(array('float64', rank));
