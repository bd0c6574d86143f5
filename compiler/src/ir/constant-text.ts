// Constants in the IR's text form, exactly: `-0.0`, `nan` and 64-bit ints read back as they were.

import type { Attributes, Constant } from '@everypath/operators';
import type { TextReader } from './text-reader.ts';

type ArrayConstant = Extract<Constant, { readonly array: unknown }>;

export function printConstant(value: Constant): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'bigint':
      return `${value}n`;
    case 'number':
      return printNumber(value);
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    default:
      break;
  }
  if (!('array' in value)) return `(${(value as readonly Constant[]).map(printConstant).join(', ')})`;
  const { dtype, shape, data } = value.array;
  return `array ${dtype} [${shape.join(', ')}] [${data.map(printNumber).join(', ')}]`;
}

export function printNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

export function readConstant(reader: TextReader): Constant {
  const token = reader.peek();
  if (token.startsWith('"')) return reader.string();
  if (token === '(') return reader.list('(', ')', () => readConstant(reader));
  if (/^-?\d+n$/.test(token)) return BigInt(reader.next().slice(0, -1));
  if (token === 'array') {
    reader.next();
    const dtype = reader.word();
    const shape = reader.list('[', ']', () => reader.integer());
    const data = reader.list('[', ']', () => readNumber(reader));
    return { array: { dtype, shape, data } } satisfies ArrayConstant;
  }
  if (token === 'null' || token === 'true' || token === 'false') {
    reader.next();
    return token === 'null' ? null : token === 'true';
  }
  return readNumber(reader);
}

export function readNumber(reader: TextReader): number {
  const token = reader.next();
  if (token === 'nan') return Number.NaN;
  if (token === 'inf') return Number.POSITIVE_INFINITY;
  if (token === '-inf') return Number.NEGATIVE_INFINITY;
  const value = Number(token);
  return Number.isNaN(value) ? reader.fail('a number', token) : value;
}

/** `{axis = 1, kind = "stable"}`, or nothing when there are none. */
export function printAttributes(attributes: Attributes): string {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return '';
  return ` {${entries.map(([name, value]) => `${name} = ${printConstant(value)}`).join(', ')}}`;
}

export function readAttributes(reader: TextReader): Attributes {
  if (reader.peek() !== '{') return {};
  const entries = reader.list('{', '}', () => {
    const name = reader.word();
    reader.expect('=');
    return [name, readConstant(reader) as number | boolean | string] as const;
  });
  return Object.fromEntries(entries);
}
