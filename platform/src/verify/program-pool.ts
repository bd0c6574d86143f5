// A few child processes that run programs side by side. A program that crashes its process or does not come back in
// time is an outcome with a reason; the process is replaced and the rest goes on.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TargetName } from '@everypath/schema';
import type { Allowance } from './compare.ts';
import { nothingRan, type Outcome } from './judge.ts';
import type { OracleCase } from './oracle.ts';
import type { ChildReply, ChildRequest } from './program-child.ts';

export interface PoolOptions {
  /** Processes at most. */
  readonly size?: number;
  /** Longest that one program may take over all its cases, from when a process has taken it on. */
  readonly timeoutMs?: number;
}

export interface ProgramRun {
  readonly file: string;
  readonly target: TargetName;
  readonly cases: readonly OracleCase[];
  readonly allowance: Allowance;
}

/** Runs programs on their cases, elsewhere. */
export interface ProgramPool {
  run(run: ProgramRun): Promise<Outcome>;
  close(): Promise<void>;
}

interface Worker {
  readonly child: ChildProcess;
  /** Keys of the cases that it holds, the latest last. */
  readonly keys: string[];
  runs: number;
}

const script = fileURLToPath(new URL('./program-child.ts', import.meta.url));
/** Loaded libraries stay mapped, so a process is replaced after this many. */
const RUNS_PER_PROCESS = 400;
const KEYS_PER_PROCESS = 4;
/** A process on a busy machine takes seconds to start; one that takes this long is broken. */
const START_TIMEOUT_MS = 120_000;

/** Opens the pool; processes start when first needed. */
export function createProgramPool({ size = 2, timeoutMs = 60_000 }: PoolOptions = {}): ProgramPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];
  const keyOf = new WeakMap<readonly OracleCase[], string>();
  let nextKey = 0;
  let nextId = 0;

  function start(): Worker {
    const child = fork(script, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const worker: Worker = { child, keys: [], runs: 0 };
    all.add(worker);
    child.once('exit', () => all.delete(worker));
    // A child that cannot be written to is on its way out; `exit` follows.
    child.on('error', () => undefined);
    return worker;
  }

  function acquire(): Promise<Worker> {
    const worker = idle.pop();
    if (worker) return Promise.resolve(worker);
    if (all.size < size) return Promise.resolve(start());
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(worker: Worker): void {
    const { connected, killed, exitCode, signalCode } = worker.child;
    const alive = connected && !killed && exitCode === null && signalCode === null;
    const usable = alive && worker.runs < RUNS_PER_PROCESS;
    if (!usable) {
      all.delete(worker);
      worker.child.kill('SIGKILL');
    }
    const next = waiting.shift();
    if (next) next(usable ? worker : start());
    else if (usable) idle.push(worker);
  }

  const send = (worker: Worker, request: ChildRequest): void => {
    worker.child.send(request, () => undefined);
  };

  function give(worker: Worker, cases: readonly OracleCase[]): string {
    const key = keyOf.get(cases) ?? String(nextKey++);
    keyOf.set(cases, key);
    if (!worker.keys.includes(key)) {
      send(worker, { kind: 'cases', key, cases });
      worker.keys.push(key);
      const old = worker.keys.length > KEYS_PER_PROCESS ? worker.keys.shift() : undefined;
      if (old !== undefined) send(worker, { kind: 'forget', key: old });
    }
    return key;
  }

  function wait(worker: Worker, id: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        worker.child.off('message', onMessage);
        worker.child.off('exit', onExit);
        resolve(outcome);
      };
      const stop = (why: string): void => {
        worker.child.kill('SIGKILL');
        settle(nothingRan(why));
      };
      const onMessage = (reply: ChildReply): void => {
        if (reply.id !== id) return;
        clearTimeout(timer);
        if (reply.kind === 'ran') settle(reply.outcome);
        else timer = setTimeout(stop, timeoutMs, `the program did not finish within ${timeoutMs / 1000} s`);
      };
      const onExit = (code: number | null, signal: string | null): void => {
        settle(nothingRan(`the program ended its process (${signal ?? `exit ${code}`})`));
      };
      let timer = setTimeout(stop, START_TIMEOUT_MS, 'the process for the program did not start');
      worker.child.on('message', onMessage);
      worker.child.once('exit', onExit);
    });
  }

  return {
    async run({ file, target, cases, allowance }) {
      const worker = await acquire();
      const id = nextId++;
      const outcome = wait(worker, id);
      send(worker, { kind: 'run', id, file, target, cases: give(worker, cases), allowance });
      try {
        worker.runs++;
        return await outcome;
      } finally {
        giveBack(worker);
      }
    },
    async close() {
      const gone = [...all].map(
        (worker) =>
          new Promise<void>((resolve) => {
            if (worker.child.exitCode !== null || worker.child.signalCode !== null) return resolve();
            worker.child.once('exit', () => resolve());
            worker.child.kill('SIGKILL');
          }),
      );
      await Promise.all(gone);
    },
  };
}
