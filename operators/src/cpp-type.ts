// The C++ name of an IR type, as the headers in `include/everypath` define it. Refuses types without a native form.

import type { Dtype, Type } from '@everypath/schema';

/** What a value may be inside a function: a type, or a local that may be unbound. */
export type IrTypeLike = Type | { readonly kind: 'unknown' } | { readonly kind: 'maybe'; readonly of: Type };

const CPP_DTYPES: Readonly<Partial<Record<Dtype, string>>> = {
  bool: 'bool',
  int8: 'int8_t',
  int16: 'int16_t',
  int32: 'int32_t',
  int64: 'int64_t',
  uint8: 'uint8_t',
  uint16: 'uint16_t',
  uint32: 'uint32_t',
  uint64: 'uint64_t',
  float32: 'float',
  float64: 'double',
};

/** Whether kernels exist for this dtype: float16 and complex numbers have no native form yet. */
export const isNativeDtype = (dtype: Dtype): boolean => CPP_DTYPES[dtype] !== undefined;

/** The C++ type of one element. */
export function cppDtype(dtype: Dtype): string {
  const name = CPP_DTYPES[dtype];
  if (name === undefined) throw new TypeError(`dtype ${dtype} has no C++ type`);
  return name;
}

/** The C++ type of a value: `ep::Array<float, 2>`, `int64_t`, `ep::Tuple<ep::Image, double>`. */
export function cppType(type: IrTypeLike): string {
  switch (type.kind) {
    case 'none':
      return 'ep::None';
    case 'bool':
      return 'bool';
    case 'int':
      return 'int64_t';
    case 'float':
      return 'double';
    case 'str':
      return 'ep::Str';
    case 'bytes':
      return 'ep::Bytes';
    case 'scalar':
      return cppDtype(type.dtype);
    case 'array':
      return `ep::Array<${cppDtype(type.dtype)}, ${type.shape.length}>`;
    case 'image':
      return 'ep::Image';
    case 'tuple':
      return `ep::Tuple<${type.items.map(cppType).join(', ')}>`;
    case 'list':
      return `ep::List<${cppType(type.item)}>`;
    case 'dict':
      return `ep::Dict<${cppType(type.key)}, ${cppType(type.value)}>`;
    case 'maybe':
      return `ep::Maybe<${cppType(type.of)}>`;
    case 'unknown':
      throw new TypeError('an unknown type has no C++ type');
  }
}
