// Arithmetic on what compile time knows, where JavaScript computes exactly what CPython would: 64-bit ints, + - * on
// floats (both are IEEE doubles), comparisons. Whatever could raise or round differently is left to run time.

import type { Constant } from '@everypath/operators';
import { constant, intConstant, type Typed } from './typed-value.ts';

type Numeric = { readonly float: number } | { readonly int: bigint };

/** The folded value of a call; undefined when it is not foldable. */
export function foldCall(callee: string, args: readonly Typed[]): Typed | undefined {
  const name = callee.startsWith('operator.') ? callee.slice('operator.'.length) : null;
  if (name === null) return undefined;
  const plain = BINARY_ALIASES[name] ?? name;
  const known = args.map((value) => (value.kind === 'constant' ? value : null));
  if (known.some((value) => value === null)) return undefined;
  const [a, b] = known.map((value) => value?.value);
  const [only] = args;
  if (args.length === 1 && only !== undefined) return foldUnary(plain, only);
  if (args.length !== 2) return undefined;
  if (typeof a === 'string' && typeof b === 'string') {
    if (plain === 'eq' || plain === 'ne') return constant({ kind: 'bool' }, (a === b) === (plain === 'eq'));
    return plain === 'add' ? constant({ kind: 'str' }, a + b) : undefined;
  }
  const kinds = known.map((value) => value?.type.kind ?? '');
  const left = numberOf(a, kinds[0]);
  const right = numberOf(b, kinds[1]);
  return left === null || right === null ? undefined : foldBinary(plain, left, right);
}

const BINARY_ALIASES: Readonly<Record<string, string>> = { iadd: 'add', isub: 'sub', imul: 'mul' };

function numberOf(value: Constant | undefined, kind: string | undefined): Numeric | null {
  if (kind === 'float' && typeof value === 'number') return { float: value };
  if (kind !== 'int' && kind !== 'bool') return null;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? { int: BigInt(value) }
    : null;
}

function foldUnary(name: string, value: Typed): Typed | undefined {
  if (value.kind !== 'constant') return undefined;
  if (name === 'not_' && typeof value.value === 'boolean') return truth(!value.value);
  const number = numberOf(value.value, value.type.kind);
  if (number === null || (name !== 'neg' && name !== 'pos')) return undefined;
  if ('float' in number) return constant({ kind: 'float' }, name === 'neg' ? -number.float : number.float);
  return bounded(name === 'neg' ? -number.int : number.int);
}

function foldBinary(name: string, a: Numeric, b: Numeric): Typed | undefined {
  const order = compare(a, b);
  switch (name) {
    case 'eq':
      return truth(order === 0);
    case 'ne':
      return truth(order !== 0);
    case 'lt':
      return truth(order === -1);
    case 'le':
      return truth(order === -1 || order === 0);
    case 'gt':
      return truth(order === 1);
    case 'ge':
      return truth(order === 1 || order === 0);
    default:
      break;
  }
  if ('int' in a && 'int' in b) {
    if (name === 'add') return bounded(a.int + b.int);
    if (name === 'sub') return bounded(a.int - b.int);
    if (name === 'mul') return bounded(a.int * b.int);
    if (name === 'floordiv' && b.int !== 0n) return bounded(floorDivide(a.int, b.int));
    if (name === 'mod' && b.int !== 0n) return bounded(a.int - floorDivide(a.int, b.int) * b.int);
    return undefined;
  }
  const x = 'float' in a ? a.float : Number(a.int);
  const y = 'float' in b ? b.float : Number(b.int);
  if (name === 'add') return constant({ kind: 'float' }, x + y);
  if (name === 'sub') return constant({ kind: 'float' }, x - y);
  if (name === 'mul') return constant({ kind: 'float' }, x * y);
  return name === 'truediv' && y !== 0 ? constant({ kind: 'float' }, x / y) : undefined;
}

function truth(value: boolean): Typed {
  return constant({ kind: 'bool' }, value);
}

/** -1, 0, 1, or null when one is nan. JavaScript compares bigint and number exactly, as CPython does. */
function compare(a: Numeric, b: Numeric): -1 | 0 | 1 | null {
  const x = 'float' in a ? a.float : a.int;
  const y = 'float' in b ? b.float : b.int;
  if (x < y) return -1;
  if (x > y) return 1;
  return x >= y ? 0 : null;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function bounded(value: bigint): Typed | undefined {
  return BigInt.asIntN(64, value) === value ? intConstant(value) : undefined;
}
