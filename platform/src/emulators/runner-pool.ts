// Runners of many machines, started when first needed and kept warm: as many of one machine at once as asked for.
// A run never fails for the pool's reasons: a runner that ended is replaced.

import type { Machine } from './machines.ts';
import type { CapturedCall } from './protocol.ts';
import { RunnerProcess, type RunnerRun, type RunnerTimeouts } from './runner-process.ts';

export interface RunnerPoolOptions {
  /** Processes of one machine at most. */
  readonly size: number;
  readonly timeouts?: RunnerTimeouts;
}

/** Process starts take seconds on a busy machine; no case of a program does, even under an emulator. */
const TIMEOUTS: RunnerTimeouts = { startMs: 120_000, caseMs: 120_000 };

interface Crew {
  readonly idle: RunnerProcess[];
  readonly waiting: (() => void)[];
  busy: number;
}

export class RunnerPool {
  readonly #options: Required<RunnerPoolOptions>;
  readonly #crews = new Map<string, Crew>();
  readonly #all = new Set<RunnerProcess>();

  constructor({ size, timeouts = TIMEOUTS }: RunnerPoolOptions) {
    this.#options = { size, timeouts };
  }

  /**
   * Runs the program on every call that is not null. `use` reads the answers while the process, which remembers what
   * it has sent, is still this run's own.
   */
  async run<T>(
    machine: Machine,
    path: string,
    calls: readonly (CapturedCall | null)[],
    use: (run: RunnerRun, runner: RunnerProcess) => T,
  ): Promise<T> {
    const crew = this.#crewOf(machine);
    if (crew.busy >= this.#options.size) await new Promise<void>((resolve) => crew.waiting.push(resolve));
    else crew.busy++;
    let runner: RunnerProcess | undefined;
    try {
      runner = crew.idle.pop() ?? this.#start(machine);
      return use(await runner.run(machine.format, machine.pathOf(path), calls), runner);
    } finally {
      if (runner?.alive) crew.idle.push(runner);
      else if (runner) this.#all.delete(runner);
      // The place goes to who waits, or is free again.
      const next = crew.waiting.shift();
      if (next) next();
      else crew.busy--;
    }
  }

  close(): void {
    for (const runner of this.#all) runner.close();
    this.#all.clear();
    this.#crews.clear();
  }

  #crewOf({ id }: Machine): Crew {
    const crew = this.#crews.get(id) ?? { idle: [], waiting: [], busy: 0 };
    this.#crews.set(id, crew);
    return crew;
  }

  #start(machine: Machine): RunnerProcess {
    const runner = new RunnerProcess(machine.command, this.#options.timeouts);
    this.#all.add(runner);
    return runner;
  }
}
