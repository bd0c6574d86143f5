// Libraries beside the C library that operator variants may call, and where they are found.

import { z } from 'zod';
import type { TargetName } from './targets.ts';

export const LIBRARY_NAMES = ['accelerate', 'openblas'] as const;
export type LibraryName = (typeof LIBRARY_NAMES)[number];
export const libraryNameSchema = z.enum(LIBRARY_NAMES);

export interface Library {
  /** For people. */
  readonly title: string;
  readonly targets: readonly TargetName[];
  /** Every device of these targets has it; otherwise a device says so (`DeviceFeatures.libraries`). */
  readonly partOfSystem: boolean;
}

export const LIBRARIES: Readonly<Record<LibraryName, Library>> = {
  accelerate: {
    title: 'Accelerate',
    targets: ['macos-arm64', 'macos-x86_64', 'ios-arm64'],
    partOfSystem: true,
  },
  openblas: { title: 'OpenBLAS', targets: ['linux-x86_64', 'linux-arm64'], partOfSystem: false },
};

/** What of `needed` a device has to have installed: in the order of the names, each once. */
export const installedLibraries = (needed: Iterable<string>): readonly LibraryName[] => {
  const names = new Set(needed);
  return LIBRARY_NAMES.filter((name) => names.has(name) && !LIBRARIES[name].partOfSystem);
};

/** The first of what a program calls that a device would have to have installed and has not. */
export const missingLibrary = (
  needed: readonly LibraryName[] = [],
  installed: readonly string[] = [],
): LibraryName | undefined => installedLibraries(needed).find((name) => !installed.includes(name));
