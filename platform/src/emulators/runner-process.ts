// One runner: a child process that keeps cases and runs program after program on them. It ends with the first program
// that crashes it or does not come back; whoever uses it then starts another.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  type CapturedCall,
  createReplyReader,
  forgetCases,
  holdCase,
  type ImageFormat,
  type RunnerReply,
  runProgram,
} from './protocol.ts';

export interface RunnerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface RunnerAnswer {
  readonly index: number;
  /** Its number among this case's answers since the cases were sent. */
  readonly answer: number;
  readonly status: number;
  readonly faults: number;
  /** Null where this process gave the same answer before, under the same number. */
  readonly bytes: Uint8Array | null;
}

export type RunnerRun =
  | {
      readonly kind: 'ran';
      /** How many times cases were sent: answers are numbered anew each time. */
      readonly round: number;
      readonly description: string;
      readonly answers: readonly RunnerAnswer[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

export interface RunnerTimeouts {
  /** From the start of the process until it takes a program on. */
  readonly startMs: number;
  /** From one answer to the next. */
  readonly caseMs: number;
}

const KEPT_STDERR = 2000;

export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #timeouts: RunnerTimeouts;
  #onReply: ((reply: RunnerReply) => void) | null = null;
  #onEnd: ((reason: string) => void) | null = null;
  #ended: string | null = null;
  #held: object | null = null;
  #round = 0;
  #said = '';

  constructor(command: RunnerCommand, timeouts: RunnerTimeouts) {
    this.#timeouts = timeouts;
    this.#child = spawn(command.file, command.args, { env: command.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const read = createReplyReader((reply) => this.#onReply?.(reply));
    this.#child.stdout?.on('data', (chunk: Uint8Array) => {
      try {
        read(chunk);
      } catch {
        this.#child.kill('SIGKILL');
      }
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-KEPT_STDERR);
    });
    // A runner that ends early closes its input; `close` follows and says more.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.once('error', (error) => this.#end(`the runner did not start: ${error.message}`));
    this.#child.once('close', (code, signal) => {
      const said = this.#said.trim().split('\n').at(-1) ?? '';
      this.#end(`the program ended its process (${signal ?? `exit ${code}`}${said && `: ${said}`})`);
    });
  }

  /** Whether it can run another program. */
  get alive(): boolean {
    return this.#ended === null;
  }

  /** Cases are sent once; `calls` is compared by identity. */
  run(format: ImageFormat, path: string, calls: readonly (CapturedCall | null)[]): Promise<RunnerRun> {
    return new Promise((resolve) => {
      let description = '';
      const answers: RunnerAnswer[] = [];
      const settle = (outcome: RunnerRun): void => {
        clearTimeout(timer);
        this.#onReply = null;
        this.#onEnd = null;
        resolve(outcome);
      };
      const stop = (reason: string): void => {
        this.#end(reason);
        this.#child.kill('SIGKILL');
      };
      const { startMs, caseMs } = this.#timeouts;
      let timer = setTimeout(stop, startMs, 'the runner did not start');
      this.#onEnd = (reason) => settle({ kind: 'failed', reason });
      this.#onReply = ({ kind, index, answer, status, faults, known, bytes }) => {
        clearTimeout(timer);
        if (kind === 'ended') return settle({ kind: 'ran', round: this.#round, description, answers });
        const text = Buffer.from(bytes).toString('utf8');
        if (kind === 'refused')
          return settle({ kind: 'failed', reason: `the loader refuses the program: ${text}` });
        timer = setTimeout(stop, caseMs, `the program did not finish a case within ${caseMs / 1000} s`);
        if (kind === 'opened') description = text;
        if (kind === 'answered') answers.push({ index, answer, status, faults, bytes: known ? null : bytes });
      };
      if (this.#ended !== null) return this.#onEnd(this.#ended);
      if (this.#held !== calls) this.#hold(calls);
      this.#send(runProgram(format, path));
    });
  }

  close(): void {
    this.#end('the runner was closed');
    this.#child.kill('SIGKILL');
  }

  #hold(calls: readonly (CapturedCall | null)[]): void {
    this.#send(forgetCases());
    for (const [index, call] of calls.entries()) if (call) this.#send(holdCase(index, call));
    this.#held = calls;
    this.#round++;
  }

  #send(parts: readonly Uint8Array[]): void {
    for (const part of parts) if (part.length > 0) this.#child.stdin?.write(part);
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#onEnd?.(reason);
  }
}
