// The clang command line of a compile: the same for the glue, kernels, platform sources and builtins.

import type { IsaLevel } from '@everypath/schema';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { Toolchain } from './locate.ts';

const LANGUAGE = [
  '-std=c++23',
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-threadsafe-statics',
  '-fno-ident',
] as const;

/**
 * CPython's numbers: no contraction, and pow stays pow (see ep_exact.h). Without math-errno sqrt and friends become
 * instructions, with the same results.
 */
const ARITHMETIC = [
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-builtin-pow',
  '-fno-builtin-powf',
  '-include',
  'ep_exact.h',
] as const;

const OUTPUT = [
  '-O3',
  '-fvisibility=hidden',
  '-fvisibility-inlines-hidden',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-stack-protector',
  '-fwrapv',
  '-Wno-everything',
] as const;

export interface CompileSettings {
  readonly target: TargetToolchain;
  readonly isa: IsaLevel;
  /** The operator variant's own flags. */
  readonly flags: readonly string[];
}

/** Flags that decide the object's bytes; they name no path of this machine. */
export function codeFlags({ target, isa, flags }: CompileSettings): readonly string[] {
  const isaFlags = target.isaFlags[isa];
  if (!isaFlags) throw new RangeError(`${target.name} has no ISA level ${isa}`);
  return [
    `--target=${target.triple}`,
    ...LANGUAGE,
    ...ARITHMETIC,
    ...OUTPUT,
    ...target.flags,
    ...isaFlags,
    ...flags,
  ];
}

/** Where headers are found; contents are part of the cache key, places are not. */
export function searchFlags(toolchain: Toolchain, includes: readonly string[]): readonly string[] {
  return [
    '-nostdinc',
    '-nostdinc++',
    ...includes.flatMap((path) => ['-I', path]),
    ...[
      `${toolchain.sysroot}/libcxx`,
      toolchain.libcxx,
      toolchain.resource,
      `${toolchain.sysroot}/libc`,
    ].flatMap((path) => ['-isystem', path]),
  ];
}
