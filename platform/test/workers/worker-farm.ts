// Workers as processes, with the queue and the bucket that they and builders meet in: for tests and benchmarks.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../variant-selector/test/postgres-server.ts';
import { startS3 } from './s3-server.ts';

const command = join(import.meta.dirname, '../../src/main.ts');

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** What a command printed with `--json`, after its progress. */
export const printed = ({ output }: Finished): unknown => JSON.parse(output.slice(output.indexOf('\n{') + 1));

export interface WorkerFarm {
  /** The folder that the bucket's objects are files of. */
  readonly bucket: string;
  /** Starts a worker with a folder of its own. */
  startWorker(): ChildProcess;
  /** Runs `everypath` with the queue and the bucket, in a data folder of its own. */
  everypath(args: readonly string[]): Promise<Finished>;
  close(): Promise<void>;
}

/** Null where PostgreSQL or the S3 server is missing. */
export async function openWorkerFarm(): Promise<WorkerFarm | null> {
  const postgres = await startPostgres();
  const s3 = postgres && (await startS3());
  if (!postgres || !s3) {
    await postgres?.stop();
    return null;
  }
  const root = await mkdtemp(join(tmpdir(), 'everypath-workers-'));
  const queue = { EVERYPATH_POSTGRES_URL: await postgres.database(), ...s3.env };
  const children = new Set<ChildProcess>();
  let folders = 0;
  const start = (args: readonly string[]): ChildProcess => {
    const env = { ...process.env, ...queue, EVERYPATH_DATA: join(root, String(folders++)) };
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  return {
    bucket: s3.folder,
    startWorker: () => start(['worker', '--jobs', '1', '--log-level', 'error']),
    everypath(args) {
      const child = start(args);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk) => {
          output += chunk;
        });
      }
      return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
    },
    async close() {
      const gone = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(gone);
      await s3.stop();
      await postgres.stop();
      // A Wine server outlives the programs that it ran by some seconds, and writes its registry at the end.
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
    },
  };
}
