// The types of values: what annotations name, what operators take and give, what crosses the C ABI.
// Data only; the rules of promotion and broadcasting live with the operators.

import { z } from 'zod';

export const DTYPES = [
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
  'complex64',
  'complex128',
] as const;

export type Dtype = (typeof DTYPES)[number];

/** Numbers of `ep_dtype` in `include/everypath.h`. */
export const dtypeCode = (dtype: Dtype): number => DTYPES.indexOf(dtype);

export const DTYPE_BYTES: Readonly<Record<Dtype, number>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16,
};

/** Numbers of `ep_kind` in `include/everypath.h`. */
export const VALUE_KINDS = {
  none: 0,
  bool: 1,
  int: 2,
  float: 3,
  str: 4,
  bytes: 5,
  scalar: 6,
  array: 7,
  image: 8,
  tuple: 9,
  list: 10,
  dict: 11,
} as const;

/** A dimension: its length, the name of a length shared within the signature, or null when only run time tells. */
export type Dim = number | string | null;

/** Modes of a Pillow image; null when only run time tells (then channels are 1, 3 or 4). */
export type ImageMode = 'L' | 'RGB' | 'RGBA';

export type Type =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'int' }
  | { readonly kind: 'float' }
  | { readonly kind: 'str' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'scalar'; readonly dtype: Dtype }
  | { readonly kind: 'array'; readonly dtype: Dtype; readonly shape: readonly Dim[] }
  | { readonly kind: 'image'; readonly mode: ImageMode | null }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'list'; readonly item: Type }
  | { readonly kind: 'dict'; readonly key: Type; readonly value: Type };

export const typeSchema: z.ZodType<Type> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('bool') }),
    z.object({ kind: z.literal('int') }),
    z.object({ kind: z.literal('float') }),
    z.object({ kind: z.literal('str') }),
    z.object({ kind: z.literal('bytes') }),
    z.object({ kind: z.literal('scalar'), dtype: z.enum(DTYPES) }),
    z.object({
      kind: z.literal('array'),
      dtype: z.enum(DTYPES),
      shape: z.array(z.union([z.number().int().nonnegative(), z.string(), z.null()])).max(8),
    }),
    z.object({ kind: z.literal('image'), mode: z.enum(['L', 'RGB', 'RGBA']).nullable() }),
    z.object({ kind: z.literal('tuple'), items: z.array(typeSchema) }),
    z.object({ kind: z.literal('list'), item: typeSchema }),
    z.object({ kind: z.literal('dict'), key: typeSchema, value: typeSchema }),
  ]),
);

/** A type as a person writes it: `float32[n, 3]`, `image RGB`, `tuple[int, float]`. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case 'scalar':
      return type.dtype;
    case 'array':
      return `${type.dtype}[${type.shape.map((dim) => dim ?? '?').join(', ')}]`;
    case 'image':
      return type.mode ? `image ${type.mode}` : 'image';
    case 'tuple':
      return `tuple[${type.items.map(formatType).join(', ')}]`;
    case 'list':
      return `list[${formatType(type.item)}]`;
    case 'dict':
      return `dict[${formatType(type.key)}, ${formatType(type.value)}]`;
    default:
      return type.kind;
  }
}

/** What a compiled operator is specialised for: kinds, dtypes and ranks, not lengths. `float32_2`, `int`, `image`. */
export function typeKey(type: Type): string {
  switch (type.kind) {
    case 'scalar':
      return `s_${type.dtype}`;
    case 'array':
      return `${type.dtype}_${type.shape.length}`;
    case 'tuple':
      return `t${type.items.length}_${type.items.map(typeKey).join('_')}`;
    case 'list':
      return `l_${typeKey(type.item)}`;
    case 'dict':
      return `d_${typeKey(type.key)}_${typeKey(type.value)}`;
    default:
      return type.kind;
  }
}
