// Reads the front matter of operator variants: the `// @key value` lines that head each `ops/*/*.hpp`.

import type { Architecture, IsaLevel, LibraryName, TargetName } from '@everypath/schema';
import { ISA_LEVELS, LIBRARIES, LIBRARY_NAMES, TARGET_NAMES } from '@everypath/schema';
import type { OperatorVariant } from './descriptor.ts';

const KEYS = [
  'variant',
  'algorithm',
  'role',
  'summary',
  'source',
  'isa',
  'targets',
  'flags',
  'types',
  'threads',
  'library',
  'functions',
] as const;
type Key = (typeof KEYS)[number];

/** The variant that a header declares, or undefined when it declares none (features, shared parts). */
export function parseVariant(operator: string, header: string, text: string): OperatorVariant | undefined {
  const fields = readFrontMatter(header, text);
  const name = fields.get('variant');
  if (name === undefined) return undefined;
  const need = (key: Key): string => {
    const value = fields.get(key);
    if (value === undefined) throw new SyntaxError(`${header}: @${key} is missing`);
    return value;
  };
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new SyntaxError(`${header}: @variant ${name} is not snake_case`);
  const library = parseLibrary(header, fields.get('library'));
  const targets = parseTargets(header, fields.get('targets'), library);
  const role = fields.get('role');
  if (role !== undefined && role !== 'reference') {
    throw new SyntaxError(`${header}: @role ${role} is not known; leave it out or say reference`);
  }
  const threads = fields.get('threads');
  if (threads !== undefined && threads !== 'several') {
    throw new SyntaxError(`${header}: @threads ${threads} is not known; leave it out or say several`);
  }
  const types = fields.get('types');
  const functions = fields.get('functions');
  if (functions !== undefined && !/^[1-9]\d*$/.test(functions)) {
    throw new SyntaxError(`${header}: @functions ${functions} is not a number of functions`);
  }
  return {
    operator,
    name,
    algorithm: fields.get('algorithm') ?? name,
    reference: role === 'reference',
    header,
    summary: need('summary'),
    source: need('source'),
    isa: parseIsa(header, need('isa')),
    ...(targets ? { targets } : {}),
    flags: fields.get('flags')?.split(/\s+/) ?? [],
    ...(types ? { types: types.split(/[\s,]+/) } : {}),
    ...(threads ? { threads: true as const } : {}),
    ...(library ? { library } : {}),
    ...(functions ? { functions: Number(functions) } : {}),
  };
}

/** Whether a variant takes operands of these type keys: `types` limits the leading ones. */
export const takesTypes = ({ types }: Pick<OperatorVariant, 'types'>, typeKeys: readonly string[]): boolean =>
  (types ?? []).every((pattern, index) => {
    const key = typeKeys[index] ?? '';
    const [head = '', tail] = pattern.split('*');
    return tail === undefined ? key === head : key.startsWith(head) && key.endsWith(tail);
  });

function readFrontMatter(header: string, text: string): Map<Key, string> {
  const fields = new Map<Key, string>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('//')) break;
    const match = /^\/\/ @(\w+) (.+)$/.exec(line.trimEnd());
    if (!match) continue;
    const key = match[1] as Key;
    if (!KEYS.includes(key)) throw new SyntaxError(`${header}: unknown @${key}`);
    if (fields.has(key)) throw new SyntaxError(`${header}: @${key} is given twice`);
    fields.set(key, match[2]!.trim());
  }
  return fields;
}

function parseLibrary(header: string, name: string | undefined): LibraryName | undefined {
  const library = LIBRARY_NAMES.find((each) => each === name);
  if (name !== undefined && library === undefined)
    throw new SyntaxError(`${header}: @library ${name} is not one of ${LIBRARY_NAMES.join(', ')}`);
  return library;
}

/** Where they are not named, the library's. */
function parseTargets(
  header: string,
  text: string | undefined,
  library: LibraryName | undefined,
): readonly TargetName[] | undefined {
  const known = library ? LIBRARIES[library].targets : TARGET_NAMES;
  if (text === undefined) return library ? known : undefined;
  return text.split(/[\s,]+/).map((name) => {
    const target = known.find((each) => each === name);
    if (target === undefined)
      throw new SyntaxError(
        `${header}: @targets names ${name}, which is not a target${library ? ` of ${library}` : ''}`,
      );
    return target;
  });
}

function parseIsa(header: string, text: string): OperatorVariant['isa'] {
  if (text === 'any') return { x86_64: 'x86-64', arm64: 'armv8-a', wasm32: 'wasm-mvp' };
  const isa: Partial<Record<Architecture, IsaLevel>> = {};
  for (const part of text.split(/[\s,]+/)) {
    const [architecture, level] = part.split('=');
    const levels: readonly string[] | undefined = ISA_LEVELS[architecture as Architecture];
    if (level === undefined || !levels?.includes(level)) {
      throw new SyntaxError(`${header}: @isa ${part} is not architecture=level`);
    }
    isa[architecture as Architecture] = level as IsaLevel;
  }
  return isa;
}
