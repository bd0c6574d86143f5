// The development ClickHouse server as a child process: the engine binds one directory per process, and tests run
// the embedded form in their own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../src/dev-server/main.ts', import.meta.url));

/** Starts the server over a directory, on a free port unless one is given. */
export async function startServerProcess(path: string, port = 0): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [MAIN, '--port', String(port), '--path', path, '--password', 'secret'],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(child.stdout!, 'data'),
    exited.then(() => Promise.reject(new Error('the server did not start'))),
  ])) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
