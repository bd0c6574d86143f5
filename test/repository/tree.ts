// The repository as its own tests see it: which files belong to it, and their text. Reads git's index, so that
// build output and what is ignored never count.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file that is tracked, or new and not ignored, by its path below the root. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).isFile())
  .filter((path, index, all) => all.indexOf(path) === index)
  .sort();

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

const BINARY = /\.(png|jpg|jpeg|webp|gz|wasm|woff2|ico|bin)$/;
export const textFiles: readonly string[] = files.filter((path) => !BINARY.test(path));

export const withEnding = (...endings: readonly string[]): readonly string[] =>
  textFiles.filter((path) => endings.some((ending) => path.endsWith(ending)));

/** The lists below read as one failure message: what is wrong, one a line. */
export const lines = (problems: readonly string[]): string => `\n${problems.join('\n')}`;
