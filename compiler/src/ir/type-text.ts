// Types in the IR's text form: `float`, `np.float32`, `float32[n, 3, ?]`, `image RGB`, `tuple[int, float]`,
// `maybe int`. Unlike `formatType` it tells every type from every other, and reads back.

import { type Dim, DTYPES, type Dtype, type ImageMode } from '@everypath/schema';
import type { IrType } from './ir.ts';
import type { TextReader } from './text-reader.ts';

export function printType(type: IrType): string {
  switch (type.kind) {
    case 'scalar':
      return `np.${type.dtype}`;
    case 'array':
      return `${type.dtype}[${type.shape.map((dim) => dim ?? '?').join(', ')}]`;
    case 'image':
      return type.mode === null ? 'image' : `image ${type.mode}`;
    case 'tuple':
      return `tuple[${type.items.map(printType).join(', ')}]`;
    case 'list':
      return `list[${printType(type.item)}]`;
    case 'dict':
      return `dict[${printType(type.key)}, ${printType(type.value)}]`;
    case 'maybe':
      return `maybe ${printType(type.of)}`;
    default:
      return type.kind;
  }
}

const PLAIN = new Set(['none', 'bool', 'int', 'float', 'str', 'bytes', 'unknown']);

export function readType(reader: TextReader): IrType {
  const word = reader.word();
  if (word === 'image') {
    const mode = ['L', 'RGB', 'RGBA'].find((candidate) => reader.peek() === candidate);
    if (mode !== undefined) reader.word();
    return { kind: 'image', mode: (mode ?? null) as ImageMode | null };
  }
  if (word === 'maybe') return { kind: 'maybe', of: readBoundary(reader) };
  if (word === 'tuple') return { kind: 'tuple', items: reader.list('[', ']', () => readBoundary(reader)) };
  if (word === 'list' || word === 'dict') {
    const [first, second] = reader.list('[', ']', () => readBoundary(reader));
    if (first !== undefined && word === 'list') return { kind: 'list', item: first };
    if (first !== undefined && second !== undefined) return { kind: 'dict', key: first, value: second };
    return reader.fail('an item type');
  }
  if (word.startsWith('np.')) return { kind: 'scalar', dtype: dtypeOf(reader, word.slice(3)) };
  if (reader.peek() === '[') {
    const shape = reader.list('[', ']', (): Dim => {
      const dim = reader.next();
      if (dim === '?') return null;
      return /^\d+$/.test(dim) ? Number(dim) : dim;
    });
    return { kind: 'array', dtype: dtypeOf(reader, word), shape };
  }
  return PLAIN.has(word) ? ({ kind: word } as IrType) : reader.fail(`a type, not ${word}`);
}

/** A type that crosses the boundary: neither maybe nor unknown. */
export function readBoundary(reader: TextReader): Exclude<IrType, { kind: 'maybe' | 'unknown' }> {
  const type = readType(reader);
  return type.kind === 'maybe' || type.kind === 'unknown' ? reader.fail('a plain type') : type;
}

function dtypeOf(reader: TextReader, name: string): Dtype {
  return DTYPES.find((dtype) => dtype === name) ?? reader.fail(`a dtype, not ${name}`);
}
