// What the ingest's benchmark measures in: the service on a port with its engine in this process, and the load in
// another.

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouse, createIngest, type Ingest, openClickHouse } from '@everypath/telemetry-ingest';
import { getRequestListener } from '@hono/node-server';
import { catalog, tokens } from './fleet.ts';
import type { LoadOrder, LoadResult } from './load.ts';

export interface Scene {
  readonly root: string;
  readonly clickhouse: ClickHouse;
  readonly ingest: Ingest;
  load(order: Omit<LoadOrder, 'port'>): Promise<LoadResult>;
  close(): Promise<void>;
}

/** The benchmark's few devices stand for many: they may send as much as they can. */
const UNBOUNDED = { devicePerMinute: 1e9, deviceBurst: 1e9, spoolBytes: 8 * 2 ** 30 };

export async function openScene(): Promise<Scene> {
  const root = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  const clickhouse = openClickHouse({ path: join(root, 'clickhouse') });
  const ingest = await createIngest({
    clickhouse,
    catalog,
    tokens,
    spoolDir: join(root, 'spool'),
    limits: UNBOUNDED,
  });
  const server = createServer(getRequestListener(ingest.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const child: ChildProcess = fork(join(import.meta.dirname, 'load.ts'), { execArgv: [] });
  return {
    root,
    clickhouse,
    ingest,
    load: (order) =>
      new Promise((resolve, reject) => {
        child.once('message', (told: { readonly result?: LoadResult; readonly error?: string }) =>
          told.result ? resolve(told.result) : reject(new Error(told.error)),
        );
        child.send({ ...order, port });
      }),
    async close() {
      child.disconnect();
      server.close();
      server.closeAllConnections();
      await ingest.close();
      await clickhouse.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
