// Constants of the IR as C++: scalars as expressions, arrays as static tables that an array borrows.

import type { Constant } from '@everypath/operators';
import { cppDtype, cppType } from '@everypath/operators';
import type { Dtype, Type } from '@everypath/schema';
import { cppString } from './cpp-text.ts';

/** A float with every bit: C++ reads JavaScript's shortest form back to the same double. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return '__builtin_nan("")';
  if (!Number.isFinite(value)) return value > 0 ? '__builtin_inf()' : '(-__builtin_inf())';
  if (Object.is(value, -0)) return '(-0.0)';
  const text = String(value);
  const literal = /[.e]/.test(text) ? text : `${text}.0`;
  return value < 0 ? `(${literal})` : literal;
}

/** An integer of at most 64 bits, signed or not. */
export function integerLiteral(value: number | bigint | boolean): string {
  const integer = BigInt(value);
  if (integer < -(2n ** 63n) || integer >= 2n ** 64n)
    throw new RangeError(`${integer} has more than 64 bits`);
  if (integer === -(2n ** 63n)) return '(-9223372036854775807LL - 1)';
  if (integer >= 2n ** 63n) return `${integer}ULL`;
  return integer < 0n ? `(${integer}LL)` : `${integer}LL`;
}

/** One number in a dtype, as an expression of exactly that C++ type. */
export function dtypeLiteral(value: number | bigint | boolean, dtype: Dtype): string {
  if (dtype === 'bool') return value ? 'true' : 'false';
  if (dtype.startsWith('float')) return `static_cast<${cppDtype(dtype)}>(${floatLiteral(Number(value))})`;
  return `static_cast<${cppDtype(dtype)}>(${integerLiteral(value)})`;
}

const isArrayConstant = (value: Constant): value is Extract<Constant, { array: unknown }> =>
  typeof value === 'object' && value !== null && 'array' in value;

/** Statements that define `name` as the constant. */
export function defineConstant(name: string, type: Type, value: Constant): readonly string[] {
  if (type.kind !== 'array') return [`const ${cppType(type)} ${name} = ${constantExpression(type, value)};`];
  if (!isArrayConstant(value)) throw new TypeError('an array constant without data');
  const { shape, data } = value.array;
  const element = cppDtype(type.dtype);
  const items = data.map((item) =>
    type.dtype.startsWith('float')
      ? `${element}(${floatLiteral(item)})`
      : `${element}(${integerLiteral(item)})`,
  );
  return [
    `static constexpr ${element} ${name}_data[] = {${items.length > 0 ? items.join(', ') : `${element}()`}};`,
    `${cppType(type)} ${name};`,
    `${name}.data = const_cast<${element}*>(${name}_data);`,
    ...shape.map((length, axis) => `${name}.shape[${axis}] = ${integerLiteral(length)};`),
    `${name}.set_contiguous_strides();`,
  ];
}

function constantExpression(type: Type, value: Constant): string {
  switch (type.kind) {
    case 'none':
      return 'ep::None{}';
    case 'bool':
      return value ? 'true' : 'false';
    case 'int':
      return integerLiteral(asNumber(value));
    case 'float':
      return floatLiteral(Number(asNumber(value)));
    case 'scalar':
      return dtypeLiteral(asNumber(value), type.dtype);
    case 'str':
      return `ep::Str(${cppString(String(value))}, ${Buffer.byteLength(String(value), 'utf8')})`;
    case 'tuple': {
      if (!Array.isArray(value)) throw new TypeError('a tuple constant without items');
      const items = type.items.map((item, index) => constantExpression(item, value[index] as Constant));
      return items.length === 0 ? 'ep::Tuple<>{}' : `${cppType(type)}(${items.join(', ')})`;
    }
    default:
      throw new TypeError(`no constants of type ${type.kind}`);
  }
}

function asNumber(value: Constant): number | bigint | boolean {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  throw new TypeError('a number constant without a number');
}
