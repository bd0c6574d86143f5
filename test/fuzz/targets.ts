// What is fuzzed, in processes of their own: the ingest alone, where tokens and programs are known and requests get
// to the bottom; or the whole server as `everypath up` starts it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { telemetryBatchSchema } from '@everypath/schema';
import { encodeBatch } from '../../clients/js/src/encode-batch.ts';
import { childPool } from '../../telemetry-ingest/test/faults/child-process.ts';
import { sampleBatch, signToken } from '../../telemetry-ingest/test/sample-program.ts';
import type { FuzzSource, OpenApi } from './fuzz-request.ts';
import { otlpExample } from './otlp-example.ts';

export interface Memory {
  /** By the process's objects and what belongs to them. */
  readonly heldBytes: number;
  /** By `/proc`, where that is to be judged: besides, what the databases hold, and what the allocators keep. */
  readonly residentBytes?: number;
}

export interface FuzzTarget {
  readonly url: string;
  readonly source: FuzzSource;
  /** A request that must succeed whatever came before it. */
  readonly proof: { readonly path: string; readonly status: number; body(): string | undefined };
  /** After garbage was collected. */
  memory(): Promise<Memory>;
  readonly alive: () => boolean;
  close(): Promise<void>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const TARGETS: Readonly<Record<string, (root: string) => Promise<FuzzTarget>>> = {
  ingest: ingestTarget,
  server: serverTarget,
};

async function ingestTarget(root: string): Promise<FuzzTarget> {
  const servers = childPool(here('../../telemetry-ingest/test/faults/clickhouse-child.ts'), 0);
  const ingests = childPool(here('../../telemetry-ingest/test/faults/ingest-child.ts'), 0);
  const clickhouse = await servers.take();
  const clickhousePort = await clickhouse.ask<number>('start', { path: join(root, 'clickhouse') });
  const ingest = await ingests.take();
  const port = await ingest.ask<number>('start', {
    clickhouseUrl: `http://127.0.0.1:${clickhousePort}`,
    spoolDir: join(root, 'spool'),
    clockOffsetMs: 0,
    limits: {},
  });
  const url = `http://127.0.0.1:${port}`;
  let device = 0;
  const good = () => sampleBatch({ token: signToken({ deviceId: `fuzz-${device++ % 5_000}` }) });
  return {
    url,
    source: {
      document: (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi,
      good: { '/v1/telemetry': good, '/v1/metrics': () => otlpExample(device++) },
      compact: { '/v1/telemetry': () => encodeBatch(telemetryBatchSchema.parse(good())) },
    },
    proof: { path: '/v1/telemetry', status: 202, body: () => JSON.stringify(good()) },
    memory: async () => ({ heldBytes: await ingest.ask<number>('heldBytes') }),
    alive: () => ingest.alive && ingests.crashes.length === 0,
    async close() {
      await Promise.all([servers.close(), ingests.close()]);
    },
  };
}

async function serverTarget(root: string): Promise<FuzzTarget> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...['--import', import.meta.resolve('./collect-garbage.ts')],
      ...[here('../../platform/src/main.ts'), 'up', '--json', '--port', '0', '--data', root],
    ],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, EVERYPATH_LOG_LEVEL: 'error' } },
  );
  const exited = once(child, 'exit');
  let text = '';
  for await (const chunk of child.stdout!) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  const { url } = JSON.parse(text) as { url: string };
  return {
    url,
    source: {
      document: (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi,
      good: {},
      bearer: readFileSync(join(root, 'publish-token'), 'utf8').trim(),
    },
    proof: { path: '/readyz', status: 200, body: () => undefined },
    async memory() {
      const answered = once(child, 'message') as Promise<[heldBytes: number]>;
      child.send('collect', () => {});
      const [heldBytes] = await Promise.race([answered, exited.then(() => [0] as const)]);
      return { heldBytes, residentBytes: residentBytes(child.pid ?? 0) };
    },
    alive: () => child.exitCode === null && child.signalCode === null,
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Resident memory by `/proc`; 0 where there is none. */
function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
