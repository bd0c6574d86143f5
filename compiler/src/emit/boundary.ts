// The generated half of the C ABI: reads each argument of the signature, calls the entrypoint, writes the result.

import { cppType } from '@everypath/operators';
import type { Dim, Parameter, Type } from '@everypath/schema';
import { formatType } from '@everypath/schema';
import { cppString } from './cpp-text.ts';

/** Names of dimensions in the order that they first appear in the signature. */
export function dimensionNames(parameters: readonly Parameter[]): readonly string[] {
  const names = new Set<string>();
  const visit = (type: Type) => {
    if (type.kind === 'array') {
      for (const dim of type.shape) if (typeof dim === 'string') names.add(dim);
    } else if (type.kind === 'tuple') type.items.forEach(visit);
  };
  for (const parameter of parameters) visit(parameter.type);
  return [...names];
}

const CHANNELS = { L: 1, RGB: 3, RGBA: 4 } as const;

const dimCode = (dim: Dim, names: readonly string[]): number =>
  typeof dim === 'number' ? Math.trunc(dim) : dim === null ? -1 : -2 - names.indexOf(dim);

/** Constants that the reads refer to, and the statements that read argument `index` into `a<index>`. */
export interface ArgumentCode {
  readonly constants: readonly string[];
  readonly statements: readonly string[];
}

export function readArgument(parameter: Parameter, index: number, names: readonly string[]): ArgumentCode {
  const constants: string[] = [];
  const statements: string[] = [`${cppType(parameter.type)} a${index}{};`];
  const visit = (type: Type, source: string, target: string, label: string, id: string) => {
    if (type.kind === 'array') {
      const dims = type.shape.map((dim) => dimCode(dim, names));
      constants.push(`static constexpr ep::program::Dim dims_${id}[] = {${[...dims, -1].join(', ')}};`);
    }
    const dims = type.kind === 'array' ? `dims_${id}` : 'nullptr';
    const channels = type.kind === 'image' && type.mode !== null ? CHANNELS[type.mode] : 0;
    constants.push(
      `static constexpr ep::program::Expectation expect_${id}{${cppString(label)}, ${cppString(formatType(type))}, ${dims}, ${channels}};`,
    );
    if (type.kind !== 'tuple') {
      statements.push(leave(`ep::program::${readerOf(type)}(reader, expect_${id}, ${source}, ${target})`));
      return;
    }
    statements.push(
      `const ep_value* items_${id} = ep::program::tuple_items(${source}, ${type.items.length});`,
      `if (items_${id} == nullptr) return ep::program::wrong(reader, expect_${id}, ${source});`,
    );
    for (const [position, item] of type.items.entries()) {
      const at = `items_${id}[${position}]`;
      visit(item, at, `ep::get<${position}>(${target})`, `${label}[${position}]`, `${id}_${position}`);
    }
  };
  visit(parameter.type, `args[${index}]`, `a${index}`, parameter.name, String(index));
  return { constants, statements };
}

const leave = (call: string): string =>
  `if (const ep::Status status = ${call}; status != EP_OK) return status;`;

/** bool, int64_t and double are also dtypes: their readers are told apart by name. */
function readerOf(type: Type): string {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'float':
    case 'scalar':
      return `read_${type.kind}`;
    case 'list':
    case 'dict':
      throw new TypeError(`${type.kind} arguments have no native form yet`);
    default:
      return 'read';
  }
}

/** Statements that write `source` to the `ep_value` `target`. */
export function writeResult(type: Type, source: string, target: string, id = 'r'): readonly string[] {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'float':
    case 'scalar':
      return [leave(`ep::program::write_${type.kind}(frame, ${target}, ${source})`)];
    case 'list':
    case 'dict':
      throw new TypeError(`${type.kind} results have no native form yet`);
    case 'tuple':
      return [
        `ep_value* items_${id} = ep::program::start_tuple(frame, ${target}, ${type.items.length});`,
        `if (items_${id} == nullptr) return EP_OUT_OF_MEMORY;`,
        ...type.items.flatMap((item, position) =>
          writeResult(
            item,
            `ep::get<${position}>(${source})`,
            `items_${id}[${position}]`,
            `${id}_${position}`,
          ),
        ),
      ];
    default:
      return [leave(`ep::program::write(frame, ${target}, ${source})`)];
  }
}
