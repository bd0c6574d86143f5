// Runs the compiler and the linkers: on Linux by tools that stay loaded, since a link is otherwise nothing but the
// loading of LLVM (20 ms of 20.5, measured); elsewhere, and where that fails, by a process each.

import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fingerprint } from '../store/fingerprint.ts';
import type { ObjectCache } from '../store/object-cache.ts';
import type { Tool } from '../targets/target-toolchain.ts';
import type { Toolchain } from './locate.ts';
import { ResidentGone, ResidentTool } from './resident-tool.ts';
import { runTool, type ToolOutput } from './run-tool.ts';

export interface ToolboxRun {
  readonly tool: Tool;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

/** Executables that stay: all linkers are one. Anything else in their place is run as it is. */
const STAYING: ReadonlySet<string> = new Set(['clang', 'clang-19', 'lld']);

const HOST_TRIPLES: Readonly<Record<string, string>> = {
  x64: 'x86_64-unknown-linux-gnu',
  arm64: 'aarch64-unknown-linux-gnu',
};

export class Toolbox {
  readonly #toolchain: Toolchain;
  readonly #cache: ObjectCache;
  /** Tools at rest, by executable. */
  readonly #resting = new Map<string, ResidentTool[]>();
  readonly #all = new Set<ResidentTool>();
  #library: Promise<string | undefined> | undefined;

  /** `stay: false` runs each tool in a process of its own. */
  constructor(toolchain: Toolchain, cache: ObjectCache, stay = true) {
    this.#toolchain = toolchain;
    this.#cache = cache;
    if (!stay) this.#library = Promise.resolve(undefined);
  }

  /** Runs a tool to its end; rejects with a `BuildError` when it fails. */
  async run(run: ToolboxRun): Promise<ToolOutput> {
    const { tool, ...rest } = run;
    const file = this.#toolchain.tool(tool);
    const resident = await this.#resident(file);
    if (!resident) return runTool({ file, ...rest });
    try {
      return await resident.run({ file, ...rest });
    } catch (error) {
      if (!(error instanceof ResidentGone)) throw error;
      // What cannot stay once will not the next time.
      this.#library = Promise.resolve(undefined);
      return runTool({ file, ...rest });
    } finally {
      if (resident.gone) this.#all.delete(resident);
      else this.#restingOf(executable(file)).push(resident);
    }
  }

  /** Ends the tools that stayed. Running ones fail. */
  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    this.#resting.clear();
    await Promise.all(all.map((resident) => resident.close()));
  }

  async #resident(file: string): Promise<ResidentTool | undefined> {
    const path = executable(file);
    if (!STAYING.has(basename(path))) return undefined;
    this.#library ??= residentLibrary(this.#toolchain, this.#cache);
    const library = await this.#library;
    if (library === undefined) return undefined;
    for (let at = this.#restingOf(path).pop(); at; at = this.#restingOf(path).pop()) {
      if (!at.gone) return at;
      this.#all.delete(at);
    }
    const started = new ResidentTool(path, library);
    this.#all.add(started);
    return started;
  }

  #restingOf(path: string): ResidentTool[] {
    const resting = this.#resting.get(path) ?? [];
    this.#resting.set(path, resting);
    return resting;
  }
}

function executable(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** The library that makes a tool stay, built for this machine; undefined where it cannot be. */
async function residentLibrary(toolchain: Toolchain, cache: ObjectCache): Promise<string | undefined> {
  const triple = process.platform === 'linux' ? HOST_TRIPLES[process.arch] : undefined;
  if (triple === undefined) return undefined;
  const source = join(toolchain.sysroot, 'host', 'resident.c');
  const key = fingerprint('resident', toolchain.id, triple, readFileSync(source));
  try {
    const { entry } = await cache.obtain(key, '.so', async (folder) => {
      const compile = [`--target=${triple}`, '-O2', '-fPIC', '-ffreestanding', '-x', 'c', '-c', source];
      await runTool({ file: toolchain.tool('clang++'), args: [...compile, '-o', 'resident.o'], cwd: folder });
      const link = ['-shared', 'resident.o', '-o', 'resident.so'];
      await runTool({ file: toolchain.tool('ld.lld'), args: link, cwd: folder });
      return join(folder, 'resident.so');
    });
    return entry.path;
  } catch {
    // Slower, not wrong. What is amiss with the machine the tools themselves will say.
    return undefined;
  }
}
