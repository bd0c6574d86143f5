// One tool of LLVM that stays loaded between its runs (see sysroot/host/resident.c). One run at a time; a run that is
// cancelled ends the process with it.

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { cancelled, endFailure, type ToolOutput, type ToolRun, toolEnvironment } from './run-tool.ts';

const READY = 'EPR1';
/** Status, microseconds of CPU, bytes of output. */
const ANSWER_BYTES = 12;

/** The process is gone, or never was one that answers: run the tool as usual. */
export class ResidentGone extends Error {
  override readonly name = 'ResidentGone';
}

export class ResidentTool {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  readonly #ready: Promise<void>;
  #received = Buffer.alloc(0);
  #gone = false;
  /** Called when bytes came, and when no more will. */
  #wake: () => void = () => undefined;

  /** Starts `file` with the resident's library loaded before it. */
  constructor(file: string, library: string) {
    this.#child = spawn(file, [], {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      // Symbols are looked up once, not once a run.
      env: { ...toolEnvironment(), LD_PRELOAD: library, LD_BIND_NOW: '1' },
    });
    this.#closed = new Promise((resolve) => {
      const end = () => {
        this.#gone = true;
        this.#wake();
        resolve();
      };
      this.#child.once('close', end);
      this.#child.once('error', end);
    });
    // A process that ends closes its input: what is told of it is its end.
    this.#child.stdin?.on('error', () => undefined);
    const answers = this.#child.stdio[3] as Duplex | null | undefined;
    answers?.on('error', () => undefined);
    answers?.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    this.#ready = this.#take(READY.length).then((bytes) => {
      if (bytes.toString('latin1') !== READY) throw new ResidentGone(`${file} does not stay`);
    });
    this.#ready.catch(() => this.#child.kill('SIGKILL'));
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Rejects with `ResidentGone` where the process cannot say how the run went. */
  async run(run: Omit<ToolRun, 'input'>): Promise<ToolOutput & { readonly cpuSeconds: number }> {
    await this.#ready;
    if (run.signal?.aborted) throw cancelled();
    const abort = () => this.#child.kill('SIGKILL');
    run.signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#child.stdin?.write(requestOf(run));
      const head = await this.#take(ANSWER_BYTES);
      const status = head.readUInt32LE(0);
      const stdout = (await this.#take(head.readUInt32LE(8))).toString('utf8');
      if (status !== 0) throw endFailure(run.file, (status >> 8) & 0xff, signalName(status & 0x7f), stdout);
      return { stdout, stderr: '', cpuSeconds: head.readUInt32LE(4) / 1e6 };
    } catch (error) {
      throw run.signal?.aborted ? cancelled() : error;
    } finally {
      run.signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the process and what it runs. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#received.length < bytes) {
      if (this.#gone) throw new ResidentGone('the tool ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }
}

/** Sizes, then the folder and the command line, each ended by a zero byte. */
function requestOf({ file, args, cwd }: Pick<ToolRun, 'file' | 'args' | 'cwd'>): Buffer {
  const words = [cwd, file, ...args];
  const text = Buffer.from(`${words.join('\0')}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(words.length, 4);
  return Buffer.concat([head, text]);
}

const signalName = (number: number): string | null =>
  number === 0
    ? null
    : (Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`);
