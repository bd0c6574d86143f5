// Opens ClickHouse: embedded in this process (chdb), or a server over HTTP. The one place that knows which.
// The embedded engine binds one data directory per process, so a program opens it once and passes the handle on.

import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { drainPending } from 'chdb';
import type { ChdbExtension } from 'chdb/connection';
import { GuardedChdbConnection } from './guarded-connection.ts';

export type ClickHouseOptions =
  | { readonly path: string }
  | {
      readonly url: string;
      readonly username?: string;
      readonly password?: string;
      readonly database?: string;
      /** Name of the cluster that the tables are spread over, as the server's configuration has it. */
      readonly cluster?: string;
    };

export interface ClickHouse {
  readonly kind: 'embedded' | 'server';
  /** For queries: `client.query({ query, format: 'JSONEachRow', query_params })`. */
  readonly client: ClickHouseClient;
  /** For the ingest alone: a session of its own, which other sessions' reads neither block nor alter. */
  readonly writer: ClickHouseClient;
  /** The cluster whose forms the tables have; undefined for one server. */
  readonly cluster: string | undefined;
  /** The embedded engine's own functions; undefined on a server. */
  readonly chdb: ChdbExtension | undefined;
  /** Creates the database where it is missing. */
  ensureDatabase(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the engine in `path` (made when missing), or connects to a server. Connecting is lazy: see `client.ping()`. */
export function openClickHouse(options: ClickHouseOptions): ClickHouse {
  return 'path' in options ? openEmbedded(options.path) : openServer(options);
}

function openEmbedded(path: string): ClickHouse {
  const reading = new GuardedChdbConnection({ path });
  const writing = new GuardedChdbConnection({ path });
  const client = createClient({ connection: asClientConnection(reading) });
  const writer = createClient({ connection: asClientConnection(writing) });
  return {
    kind: 'embedded',
    client,
    writer,
    cluster: undefined,
    chdb: reading.chdb,
    async ensureDatabase() {},
    async close() {
      await writer.close();
      await client.close();
      // Queries that were given up still run; until they end the directory cannot be opened again.
      await drainPending();
    },
  };
}

function openServer(options: Exclude<ClickHouseOptions, { path: string }>): ClickHouse {
  const name = options.database ?? 'default';
  const connect = (requestTimeoutMs: number, database = name) =>
    createClient({
      url: options.url,
      database,
      request_timeout: requestTimeoutMs,
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      compression: { request: true, response: true },
      // Errors are thrown, and logged by who catches them.
      log: { level: ClickHouseLogLevel.OFF },
    });
  const client = connect(30_000);
  const writer = connect(120_000);
  return {
    kind: 'server',
    client,
    writer,
    cluster: options.cluster,
    chdb: undefined,
    async ensureDatabase() {
      if (name === 'default') return;
      // A connection that names a missing database cannot create it.
      const outside = connect(30_000, 'default');
      try {
        const on =
          options.cluster === undefined ? '' : ` ON CLUSTER \`${options.cluster.replaceAll('`', '')}\``;
        await outside.command({
          query: `CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '``')}\`${on}`,
        });
      } finally {
        await outside.close();
      }
    },
    async close() {
      await Promise.all([client.close(), writer.close()]);
    },
  };
}

type ClientConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** The two packages declare one interface twice, and a class with a private field in it makes the two incompatible. */
const asClientConnection = (connection: GuardedChdbConnection): ClientConnection =>
  connection as unknown as ClientConnection;
