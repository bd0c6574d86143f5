// Processes that are there to be killed. One more of each kind is kept warm, its modules loaded, so that a round
// does not spend its second on starting Node; what is killed is always a process that did the real work.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the parent asks of a child, and what it answers. */
export interface ChildRequest {
  readonly id: number;
  readonly ask: string;
  readonly given: unknown;
}
export interface ChildAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface Child {
  readonly alive: boolean;
  ask<T>(ask: string, given?: unknown): Promise<T>;
  /** Ends it and waits until it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export interface ChildPool {
  /** A process that has loaded its modules. */
  take(): Promise<Child>;
  /** Exits that nobody asked for. */
  readonly crashes: readonly string[];
  close(): Promise<void>;
}

/** A pool that keeps `spare` processes ahead. What they leave behind when killed lies in `scratch`. */
export function childPool(program: string, spare = 1, scratch = tmpdir()): ChildPool {
  const crashes: string[] = [];
  const spares: ChildProcess[] = [];
  let closed = false;
  const all = new Set<ChildProcess>();
  const start = (): ChildProcess => {
    const child = fork(program, [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Halves what a start costs.
      env: { ...process.env, TMPDIR: scratch, NODE_COMPILE_CACHE: join(tmpdir(), 'everypath-compile-cache') },
    });
    all.add(child);
    child.once('exit', () => all.delete(child));
    child.setMaxListeners(0);
    return child;
  };
  return {
    crashes,
    async take() {
      const child = spares.shift() ?? start();
      const wrapped = wrap(child, (how) => crashes.push(how));
      await wrapped.ask('ping');
      while (!closed && spares.length < spare) spares.push(start());
      return wrapped;
    },
    async close() {
      closed = true;
      await Promise.all(
        [...all].map(async (child) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
    },
  };
}

function wrap(child: ChildProcess, onCrash: (how: string) => void): Child {
  let nextId = 0;
  let asked = false;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const gone = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  child.on('message', (message: ChildAnswer) => {
    const wait = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) wait?.resolve(message.value);
    else wait?.reject(new Error(message.error));
  });
  void gone.then(([code, signal]) => {
    if (!asked) onCrash(`exit ${code} ${signal}`);
    for (const wait of waiting.values()) wait.reject(new Error('the process is gone'));
    waiting.clear();
  });
  return {
    get alive() {
      return child.exitCode === null && child.signalCode === null && !asked;
    },
    ask: <T>(ask: string, given?: unknown) =>
      new Promise<T>((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve: (value) => resolve(value as T), reject });
        child.send({ id, ask, given } satisfies ChildRequest, (error) => {
          if (error) reject(error);
        });
      }),
    async kill(signal) {
      asked = true;
      child.kill(signal);
      await gone;
    },
  };
}

/** The child's side: answers what it is asked by name. */
export function answerParent(answers: Readonly<Record<string, (given: never) => unknown>>): void {
  process.on('message', (request: ChildRequest) => {
    const { id, ask, given } = request;
    void (async () => {
      try {
        const value = ask === 'ping' ? 'pong' : await answers[ask]?.(given as never);
        process.send?.({ id, value } satisfies ChildAnswer);
      } catch (error) {
        process.send?.({ id, error: String(error) } satisfies ChildAnswer);
      }
    })();
  });
  process.once('disconnect', () => process.exit(0));
}
