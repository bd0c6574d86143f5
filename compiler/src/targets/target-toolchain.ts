// What the toolchain must know of one target: how to compile for it, how to link, what a program may import.
// Data and pure functions; the files beside this one fill it in, one a target.

import type { IsaLevel, LibraryName, TargetName } from '@everypath/schema';

/** The programs of LLVM that a build runs. */
export type Tool =
  | 'clang++'
  | 'ld.lld'
  | 'lld-link'
  | 'ld64.lld'
  | 'wasm-ld'
  | 'llvm-ifs'
  | 'llvm-dlltool'
  | 'llvm-ar';

/** Symbols of the program's C ABI: all that it exports. */
export const EXPORTS = [
  'ep_abi_version',
  'ep_alloc',
  'ep_describe',
  'ep_free',
  'ep_invoke',
  'ep_release',
  'ep_telemetry_drain',
  'ep_telemetry_mode',
] as const;

/** A system library as the linker sees it: a list of symbols, no code. */
export interface StubLibrary {
  /** Name that the system loads it by: `libc.so.6`, `ucrtbase.dll`. */
  readonly library: string;
  /** Files in `sysroot/symbols`. */
  readonly symbols: readonly string[];
  /** Made by this tool (`llvm-ifs`, `llvm-dlltool`), or written as text (`tbd`). */
  readonly format: 'ifs' | 'import-library' | 'tbd';
}

export interface LinkInputs {
  readonly objects: readonly string[];
  /** The built stub libraries, in the order of `stubs`, then those of further libraries. */
  readonly stubs: readonly string[];
  /** Functions that clang calls by name; pulled in where needed. */
  readonly builtins: string;
  /** Archives that the machine provides: wasi-libc's, for wasm32. */
  readonly systemLibraries: readonly string[];
  readonly output: string;
}

export interface LinkCommand {
  readonly tool: Tool;
  readonly args: readonly string[];
}

export interface TargetToolchain {
  readonly name: TargetName;
  /** LLVM triple, with the oldest system version. */
  readonly triple: string;
  /** Flags of every compile. */
  readonly flags: readonly string[];
  /** Flags by ISA level; a level that is missing cannot be compiled for. */
  readonly isaFlags: Readonly<Partial<Record<IsaLevel, readonly string[]>>>;
  /** Sources in `sysroot/platform`, linked into every program. */
  readonly platform: readonly string[];
  readonly stubs: readonly StubLibrary[];
  /** Further libraries, which only programs with a variant that calls them are linked with. */
  readonly libraries?: Readonly<Partial<Record<LibraryName, StubLibrary>>>;
  readonly link: (inputs: LinkInputs) => LinkCommand;
}
