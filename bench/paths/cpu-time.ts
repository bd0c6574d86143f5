// Seconds of CPU that this process and the children it has waited for have used. Linux says both; elsewhere only the
// process's own are known, and a figure that needs the children's is NaN.

import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time so far. */
export function cpuSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    // utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5), of which two were cut off above.
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

export interface Timed<Result> {
  readonly result: Result;
  readonly cpuSeconds: number;
}

/** Runs `work` and says what CPU it took. */
export async function timeCpu<Result>(work: () => Promise<Result>): Promise<Timed<Result>> {
  const before = cpuSeconds();
  const result = await work();
  return { result, cpuSeconds: cpuSeconds() - before };
}
