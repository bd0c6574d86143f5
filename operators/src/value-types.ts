// Small questions about types and constants that every type rule asks.

import { type Dim, type Dtype, formatType, type Type } from '@everypath/schema';
import type { Constant, Operand, Resolution } from './descriptor.ts';

export type ArrayType = Extract<Type, { kind: 'array' }>;

export const arrayType = (dtype: Dtype, shape: readonly Dim[]): ArrayType => ({
  kind: 'array',
  dtype,
  shape,
});
export const scalarType = (dtype: Dtype): Type => ({ kind: 'scalar', dtype });
export const tupleType = (items: readonly Type[]): Type => ({ kind: 'tuple', items });
export const INT: Type = { kind: 'int' };
export const FLOAT: Type = { kind: 'float' };
export const BOOL: Type = { kind: 'bool' };

/** An array, or for rank 0 the NumPy scalar that NumPy itself gives back. */
export const arrayOrScalar = (dtype: Dtype, shape: readonly Dim[]): Type =>
  shape.length === 0 ? scalarType(dtype) : arrayType(dtype, shape);

export const refuse = (message: string, hint: string): Extract<Resolution, { kind: 'error' }> => ({
  kind: 'error',
  message,
  hint,
});

/** The dtype that NumPy gives a value of this type; undefined when it has none. */
export function dtypeOf(type: Type): Dtype | undefined {
  switch (type.kind) {
    case 'bool':
      return 'bool';
    case 'int':
      return 'int64';
    case 'float':
      return 'float64';
    case 'scalar':
    case 'array':
      return type.dtype;
    case 'image':
      return 'uint8';
    default:
      return undefined;
  }
}

/** The shape that NumPy gives a value; undefined when only run time tells its rank. */
export function shapeOf(type: Type): readonly Dim[] | undefined {
  if (type.kind === 'array') return type.shape;
  if (type.kind !== 'image') return [];
  if (type.mode === null) return undefined;
  return type.mode === 'L' ? [null, null] : [null, null, type.mode === 'RGB' ? 3 : 4];
}

/** A compile-time integer (booleans are none). */
export function integerConstant(operand: Operand | undefined): number | undefined {
  const value = operand?.constant;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isInteger(value) && operand?.type.kind !== 'float'
    ? value
    : undefined;
}

/** A compile-time tuple or list of integers; one integer counts as a list of one. */
export function integerListConstant(operand: Operand | undefined): readonly number[] | undefined {
  const single = integerConstant(operand);
  if (single !== undefined) return [single];
  const value: Constant | undefined = operand?.constant;
  if (!Array.isArray(value)) return undefined;
  const items = (value as readonly Constant[]).map((item) =>
    typeof item === 'bigint' ? Number(item) : item,
  );
  return items.every((item): item is number => typeof item === 'number' && Number.isInteger(item))
    ? items
    : undefined;
}

/** An axis counted from the end is counted from the start; undefined outside the rank. */
export function normaliseAxis(axis: number, rank: number): number | undefined {
  const index = axis < 0 ? axis + rank : axis;
  return index >= 0 && index < rank ? index : undefined;
}

export const describe = (operand: Operand): string => formatType(operand.type);
