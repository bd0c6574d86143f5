// `everypath up` as a process of its own: what a crash and a signal do to it is what they do to the real one.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface UpProcess {
  readonly url: string;
  readonly publishToken: string;
  /** Sends the signal and gives the exit code; null where the signal ended it. */
  end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** What it wrote to standard error so far. */
  log(): string;
}

/** Starts it over a data folder, on any free port. */
export async function startUp(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<UpProcess> {
  const main = join(import.meta.dirname, '../src/main.ts');
  const child: ChildProcess = spawn(
    process.execPath,
    [main, 'up', '--data', dataDir, '--port', '0', '--json'],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout! });
  const first = (await Promise.race([once(lines, 'line'), exited.then(() => null)])) as [string] | null;
  if (!first) throw new Error(`everypath up did not start: ${log}`);
  const { url } = JSON.parse(first[0]) as { url: string };
  return {
    url,
    publishToken: (await readFile(join(dataDir, 'publish-token'), 'utf8')).trim(),
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
    log: () => log,
  };
}
