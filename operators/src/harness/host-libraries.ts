// Libraries beside the C library that variants can be tried with on this machine.

import { execFileSync } from 'node:child_process';
import { isAbsolute } from 'node:path';
import type { Architecture, IsaLevel, LibraryName } from '@everypath/schema';
import { isaCovers } from '@everypath/schema';
import type { OperatorVariant } from '../descriptor.ts';

let found: ReadonlyMap<LibraryName, string> | undefined;

/** Where the linker finds each; a library that is not installed is left out. Accelerate is tried as programs are. */
export function hostLibraries(): ReadonlyMap<LibraryName, string> {
  found ??= findLibraries();
  return found;
}

function findLibraries(): ReadonlyMap<LibraryName, string> {
  if (process.platform !== 'linux') return new Map();
  const args = ['-print-file-name=libopenblas.so.0'];
  const path = execFileSync('clang-19', args, { encoding: 'utf8' }).trim();
  // Printed as it was asked for where there is none.
  return new Map(isAbsolute(path) ? [['openblas', path]] : []);
}

/** Whether a variant runs on a processor of this level, on this machine. */
export function runsHere(variant: OperatorVariant, architecture: Architecture, level: IsaLevel): boolean {
  const needs = variant.isa[architecture];
  if (needs === undefined || !isaCovers(level, needs)) return false;
  return variant.library === undefined || hostLibraries().has(variant.library);
}
