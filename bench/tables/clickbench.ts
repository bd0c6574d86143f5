// ClickBench: 43 queries on a hundred database engines and a dozen machines. A device is a machine, an operator a query, a
// variant an engine; the newest result of each pair counts, of its runs the two after the first, cold one.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from './measurement.ts';

/** Machines with results of fewer engines leave nothing to choose. */
const LEAST_ENGINES = 4;
/** Runs are given in ms: a zero is half of one. */
const LEAST_SECONDS = 0.0005;

interface Found {
  readonly engine: string;
  readonly machine: string;
  readonly path: string;
}

interface Result {
  /** By query, then run, in seconds; null where it failed. */
  readonly result: readonly (readonly (number | null)[])[];
}

export function* readClickBench(checkout: string): Generator<Measurement> {
  const newest = new Map<string, Found>();
  for (const path of globSync('*/results/*/*.json', { cwd: checkout }).sort()) {
    const [engine = '', , , file = ''] = path.split('/');
    const machine = file.slice(0, -'.json'.length);
    newest.set(`${engine}\n${machine}`, { engine, machine, path });
  }
  const byMachine = Map.groupBy(newest.values(), ({ machine }) => machine);
  for (const { engine, machine, path } of newest.values()) {
    if (byMachine.get(machine)!.length < LEAST_ENGINES) continue;
    const { result } = JSON.parse(readFileSync(join(checkout, path), 'utf8')) as Result;
    const [family = machine, size = ''] = machine.split('.');
    for (const [query, runs] of result.entries()) {
      for (const [run, seconds] of runs.entries()) {
        if (run === 0 || seconds === null) continue;
        yield {
          device: machine,
          features: { family, size },
          operator: `query-${query + 1}`,
          variant: engine,
          latencyUs: Math.max(seconds, LEAST_SECONDS) * 1e6,
          meta: { run },
        };
      }
    }
  }
}
