// The nine platforms, and what their processors may have beyond the baseline.

import { z } from 'zod';

export const TARGET_NAMES = [
  'linux-x86_64',
  'linux-arm64',
  'macos-arm64',
  'macos-x86_64',
  'windows-x86_64',
  'windows-arm64',
  'android-arm64',
  'ios-arm64',
  'wasm32',
] as const;

export type TargetName = (typeof TARGET_NAMES)[number];
export const targetNameSchema = z.enum(TARGET_NAMES);

export type Architecture = 'x86_64' | 'arm64' | 'wasm32';
export type ObjectFormat = 'elf' | 'macho' | 'coff' | 'wasm';

export interface Target {
  readonly name: TargetName;
  readonly os: 'linux' | 'macos' | 'windows' | 'android' | 'ios' | 'wasm';
  readonly architecture: Architecture;
  readonly format: ObjectFormat;
  /** File name ending of a program, with the dot. */
  readonly extension: string;
  /** The oldest system a program runs on, for people. */
  readonly minimum: string;
}

const target = (
  name: TargetName,
  os: Target['os'],
  architecture: Architecture,
  format: ObjectFormat,
  extension: string,
  minimum: string,
): Target => ({ name, os, architecture, format, extension, minimum });

export const TARGETS: Readonly<Record<TargetName, Target>> = {
  'linux-x86_64': target('linux-x86_64', 'linux', 'x86_64', 'elf', '.so', 'glibc 2.17'),
  'linux-arm64': target('linux-arm64', 'linux', 'arm64', 'elf', '.so', 'glibc 2.17'),
  'macos-arm64': target('macos-arm64', 'macos', 'arm64', 'macho', '.dylib', 'macOS 13'),
  'macos-x86_64': target('macos-x86_64', 'macos', 'x86_64', 'macho', '.dylib', 'macOS 13'),
  'windows-x86_64': target('windows-x86_64', 'windows', 'x86_64', 'coff', '.dll', 'Windows 10'),
  'windows-arm64': target('windows-arm64', 'windows', 'arm64', 'coff', '.dll', 'Windows 11'),
  'android-arm64': target('android-arm64', 'android', 'arm64', 'elf', '.so', 'Android 7 (API 24)'),
  'ios-arm64': target('ios-arm64', 'ios', 'arm64', 'macho', '.dylib', 'iOS 14'),
  wasm32: target('wasm32', 'wasm', 'wasm32', 'wasm', '.wasm', 'WebAssembly with bulk memory'),
};

/** Each architecture's ISA levels, lowest first: a device that has one has all before it. */
export const ISA_LEVELS = {
  x86_64: ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'],
  arm64: ['armv8-a', 'armv8.2-a', 'armv8.6-a'],
  wasm32: ['wasm-mvp', 'wasm-simd128', 'wasm-relaxed-simd'],
} as const satisfies Record<Architecture, readonly string[]>;

export type IsaLevel = (typeof ISA_LEVELS)[Architecture][number];
export const isaLevelSchema = z.enum([...ISA_LEVELS.x86_64, ...ISA_LEVELS.arm64, ...ISA_LEVELS.wasm32]);

/** Whether a device at level `has` runs code that needs level `needs`. False across architectures. */
export function isaCovers(has: IsaLevel, needs: IsaLevel): boolean {
  for (const levels of Object.values(ISA_LEVELS) as (readonly string[])[]) {
    if (levels.includes(has) && levels.includes(needs)) return levels.indexOf(has) >= levels.indexOf(needs);
  }
  return false;
}

export const baselineIsa = (name: TargetName): IsaLevel => ISA_LEVELS[TARGETS[name].architecture][0];

/** The higher of two levels of one architecture. */
export const higherIsa = (a: IsaLevel, b: IsaLevel): IsaLevel => (isaCovers(a, b) ? a : b);
