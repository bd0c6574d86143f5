// The parent's side of the sandbox: one child process reused for many sources, one source at a time, killed and
// started afresh when a source runs too long or takes the process down. Never runs Python in this process.

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Inspection } from './protocol.ts';

export interface SandboxOptions {
  /** A source's parsing and module level may take this long. */
  readonly timeoutMs?: number;
  /** The interpreter's heap may grow this far. */
  readonly memoryBytes?: number;
}

const STARTUP_MS = 60_000;

interface Reply {
  readonly ready?: true;
  readonly id?: number;
  readonly text?: string;
}

/** Inspects Python sources in a process that can read Pyodide and nothing else. */
export class Sandbox {
  readonly #timeoutMs: number;
  readonly #memoryBytes: number;
  #child: ChildProcess | null = null;
  #ready: Promise<ChildProcess> | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #nextId = 1;

  constructor(options: SandboxOptions = {}) {
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#memoryBytes = options.memoryBytes ?? 512 * 1024 * 1024;
  }

  /** What CPython says of a source. Failures of the source are values; only a broken installation rejects. */
  inspect(source: string): Promise<Inspection> {
    const result = this.#queue.then(() => this.#inspectNow(source));
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Ends the process. A later `inspect` would start a new one. */
  async close(): Promise<void> {
    await this.#queue;
    this.#stop();
  }

  /** Starts the process ahead of the first source. */
  async start(): Promise<void> {
    await this.#start();
  }

  async #inspectNow(source: string): Promise<Inspection> {
    const child = await this.#start();
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const finish = (inspection: Inspection) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        child.unref();
        child.channel?.unref();
        resolve(inspection);
      };
      const onMessage = (reply: Reply) => {
        if (reply.id === id && reply.text !== undefined) finish(JSON.parse(reply.text) as Inspection);
      };
      const onExit = () => {
        this.#stop();
        finish(failed('crash', 'the sandbox process ended while it ran the module level'));
      };
      const timer = setTimeout(() => {
        this.#stop();
        finish(failed('timeout', `the module level ran longer than ${this.#timeoutMs / 1000} s`));
      }, this.#timeoutMs);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.ref();
      child.channel?.ref();
      child.send({ id, source });
    });
  }

  #start(): Promise<ChildProcess> {
    if (this.#ready !== null && this.#child !== null && this.#child.exitCode === null) return this.#ready;
    const settings = [String(this.#memoryBytes), import.meta.resolve('pyodide')];
    const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), settings, {
      execArgv: ['--no-warnings', '--disallow-code-generation-from-strings', '--permission', ...readable()],
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#ready = new Promise((resolve, reject) => {
      let errors = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        errors = (errors + chunk.toString()).slice(-2000);
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), STARTUP_MS);
      const onExit = () => reject(new Error(`the Python sandbox did not start: ${errors}`));
      child.once('exit', onExit);
      child.once('message', () => {
        clearTimeout(timer);
        child.off('exit', onExit);
        resolve(child);
      });
    });
    return this.#ready;
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
    this.#ready = null;
  }
}

function failed(kind: 'timeout' | 'crash', message: string): Inspection {
  return { failure: { kind, type: '', message, line: null, column: 0, endLine: null, endColumn: 0 } };
}

/** What the child may read: its own folder, Pyodide, and the package files that module resolution looks at. */
function readable(): string[] {
  const here = dirname(fileURLToPath(import.meta.url));
  const pyodide = dirname(fileURLToPath(import.meta.resolve('pyodide')));
  const manifests = [];
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) manifests.push(manifest);
  }
  return [join(here, '*'), join(pyodide, '*'), ...manifests].map((path) => `--allow-fs-read=${path}`);
}
