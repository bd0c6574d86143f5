// A new variant's file: the plainest variant of the operator under the new name, which compiles, is right, and waits to
// be made faster. Writes that one file and nothing else.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { operatorsRoot, variantsOf } from './registry.ts';

/** Writes `ops/<operator>/<variant>.hpp` below `root` and gives its path; throws where it exists. */
export function scaffoldVariant(operator: string, variant: string, root: string = operatorsRoot): string {
  if (!/^[a-z][a-z0-9_]*$/.test(variant)) throw new RangeError(`${variant} is not snake_case`);
  const variants = variantsOf(operator);
  const everywhere = variants.filter(({ isa }) => Object.keys(isa).length === 3);
  const model = everywhere.find(({ reference }) => reference) ?? everywhere[0] ?? variants[0];
  if (model === undefined) throw new RangeError(`${operator} has no variant to start from`);
  const path = join(root, dirname(model.header), `${variant}.hpp`);
  if (existsSync(path)) throw new RangeError(`${path} exists`);
  const lines = readFileSync(join(operatorsRoot, model.header), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const head = [
    '// SPDX-License-Identifier: Apache-2.0',
    `// @variant ${variant}`,
    `// @summary As ${model.name}, until it is made faster: say in one sentence how it goes about it.`,
    `// @source ${model.source}`,
    `// @isa ${isaText(model.isa)}`,
    ...(model.flags.length > 0 ? [`// @flags ${model.flags.join(' ')}`] : []),
    ...(model.types ? [`// @types ${model.types.join(',')}`] : []),
  ];
  const body = lines
    .slice(end)
    .map((line) =>
      line.startsWith('#include')
        ? line
        : line.replaceAll(new RegExp(`::${model.name}\\b`, 'g'), `::${variant}`),
    );
  writeFileSync(path, [...head, ...body].join('\n'));
  return path;
}

const isaText = (isa: Readonly<Record<string, string>>): string => {
  const any = { x86_64: 'x86-64', arm64: 'armv8-a', wasm32: 'wasm-mvp' };
  const same = Object.entries(any).every(([architecture, level]) => isa[architecture] === level);
  return same
    ? 'any'
    : Object.entries(isa)
        .map(([architecture, level]) => `${architecture}=${level}`)
        .join(',');
};
