// Runs one program of the toolchain as a child process. Refuses shells: a program and its arguments, nothing else.

import { spawn } from 'node:child_process';
import { BuildError } from './build-error.ts';

export interface ToolRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Text for its standard input. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** Most that is kept of what a tool says. */
const OUTPUT_BYTES = 64 * 1024;

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** No locale, no clock setting, no search paths of the user's shell: the same input gives the same bytes. */
export const toolEnvironment = (): Readonly<Record<string, string>> => ({
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C',
  SOURCE_DATE_EPOCH: '0',
  ZERO_AR_DATE: '1',
});

/** Resolves when the tool ends well; else rejects with a `BuildError` that holds the last of what it said. */
export function runTool(run: ToolRun): Promise<ToolOutput> {
  return new Promise((resolve, reject) => {
    if (run.signal?.aborted) return reject(cancelled());
    const child = spawn(run.file, run.args, {
      cwd: run.cwd,
      stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: toolEnvironment(),
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        output[name] = (output[name] + text).slice(0, OUTPUT_BYTES);
      });
    }
    const abort = () => child.kill('SIGKILL');
    run.signal?.addEventListener('abort', abort, { once: true });
    const settle = (error: Error | null) => {
      run.signal?.removeEventListener('abort', abort);
      if (error) reject(error);
      else resolve(output);
    };
    child.on('error', (error: NodeJS.ErrnoException) => settle(startFailure(run.file, error)));
    child.on('close', (code, signal) => {
      if (code === 0) settle(null);
      else if (run.signal?.aborted) settle(cancelled());
      else settle(endFailure(run.file, code, signal, output.stderr || output.stdout));
    });
    if (run.input !== undefined) {
      // A tool that ends early closes its input: its exit status says more than the broken pipe.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(run.input);
    }
  });
}

/** The failure of a run that its signal ended. */
export const cancelled = (): BuildError =>
  new BuildError('EP_CANCELLED', 'The build was cancelled.', 'Run it again: what was finished is kept.');

function startFailure(file: string, error: NodeJS.ErrnoException): BuildError {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    return new BuildError('EP_TOOL_MISSING', `${file} was not found.`, INSTALL_HINT);
  }
  return new BuildError(
    'EP_TOOL_FAILED',
    `${file} did not start: ${error.message}`,
    'Check memory and process limits.',
  );
}

/** The failure that a tool's exit amounts to. */
export function endFailure(
  file: string,
  code: number | null,
  signal: string | null,
  text: string,
): BuildError {
  if (/no space left on device|disk quota exceeded/i.test(text)) {
    return new BuildError(
      'EP_DISK_FULL',
      `No space left while ${file} was writing.`,
      'Free some space and build again: what was finished is kept.',
    );
  }
  if (signal) {
    return new BuildError(
      'EP_TOOL_KILLED',
      `${file} was killed (${signal}).`,
      'Usually too little memory: build with fewer jobs.',
    );
  }
  return new BuildError(
    'EP_TOOL_FAILED',
    `${file} failed (${code}):\n${text.trim()}`,
    'This is a defect of the compiler or of an operator: please report it with this text.',
  );
}

export const INSTALL_HINT =
  'Install clang-19, lld-19, llvm-19, libc++-19-dev and wasi-libc (Debian: apt-get install …), or point EVERYPATH_LLVM at an LLVM 19.';
