// One operator variant added, as a developer would add it: a copy of the compiler and of the operator library, one more
// variant file in it, and a build there against the products of the build before.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

/** The variant that is copied: another algorithm by its name, other code by its flags. */
const OPERATOR = 'ascontiguousarray';
const MODEL = 'row_by_row';
const ADDED = 'row_after_row';

export interface AddedVariant {
  readonly seconds: number;
  readonly variants: number;
  readonly compiles: number;
  readonly links: number;
}

/** Builds the module of `irFile` with the added variant into `cacheDir`; `folder` is made and left. */
export function buildWithAddedVariant(folder: string, irFile: string, cacheDir: string): AddedVariant {
  copyRepository(folder);
  const variants = join(folder, 'operators', 'ops', OPERATOR);
  const text = readFileSync(join(variants, `${MODEL}.hpp`), 'utf8');
  const other = text
    .replaceAll(new RegExp(`\\b${MODEL}\\b`, 'g'), ADDED)
    .replace(/^\/\/ @flags.*\n/m, '')
    .replace('#pragma once', '// @flags -Os\n#pragma once');
  writeFileSync(join(variants, `${ADDED}.hpp`), other);
  const child = join(folder, 'bench', 'paths', 'build-child.ts');
  const run = spawnSync(process.execPath, [child, irFile, cacheDir], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as AddedVariant;
}

/** The rooms that a build needs, and links to the packages they use. */
function copyRepository(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const room of ['schema', 'operators', 'compiler', 'bench/paths'])
    cpSync(join(repository, room), join(folder, room), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  cpSync(join(repository, 'package.json'), join(folder, 'package.json'));
  const from = join(repository, 'node_modules');
  const to = join(folder, 'node_modules');
  mkdirSync(join(to, '@everypath'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@everypath' && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name));
  }
  for (const room of ['schema', 'operators', 'compiler'])
    symlinkSync(join(dirname(to), room), join(to, '@everypath', room));
}
