// The thread that PGlite runs in: queries and transactions as messages. Postgres in WebAssembly blocks the thread it
// runs in for as long as a query takes, which no fetch should wait for.

import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { openCluster } from './new-cluster.ts';

export type PostgresRequest = { readonly id: number } & (
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly parameters: readonly unknown[];
      readonly inTransaction: boolean;
    }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'close' }
);

export type PostgresReply = { readonly id: number } & (
  | { readonly kind: 'rows'; readonly rows: readonly unknown[]; readonly affectedRows: number | undefined }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }
);

type Transaction = Parameters<Parameters<PGlite['transaction']>[0]>[0];

const pglite = await openCluster(workerData as string);
/** The transaction that is open: PGlite has one at a time. */
let open: { readonly transaction: Transaction; readonly finish: (commit: boolean) => void } | null = null;
let ended: Promise<void> = Promise.resolve();

class RolledBack extends Error {}

/** Resolves once the transaction has begun. */
function begin(): Promise<void> {
  return new Promise((resolve, reject) => {
    ended = pglite.transaction(
      (transaction) =>
        new Promise<void>((commit, rollback) => {
          open = { transaction, finish: (wanted) => (wanted ? commit() : rollback(new RolledBack())) };
          resolve();
        }),
    );
    ended.catch(reject);
  });
}

async function end(commit: boolean): Promise<void> {
  open?.finish(commit);
  open = null;
  await ended.catch((error: unknown) => {
    if (commit || !(error instanceof RolledBack)) throw error;
  });
}

async function answer(request: PostgresRequest): Promise<PostgresReply> {
  const { id } = request;
  if (request.kind === 'query') {
    const target = request.inTransaction && open !== null ? open.transaction : pglite;
    const { rows, affectedRows } = await target.query(request.sql, [...request.parameters]);
    return { id, kind: 'rows', rows, affectedRows };
  }
  if (request.kind === 'begin') await begin();
  else if (request.kind === 'close') await pglite.close();
  else await end(request.kind === 'commit');
  return { id, kind: 'done' };
}

parentPort?.on('message', (request: PostgresRequest) => {
  answer(request).then(
    (reply) => parentPort?.postMessage(reply),
    (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      const message = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ id: request.id, kind: 'failed', message, code } satisfies PostgresReply);
    },
  );
});
parentPort?.postMessage({ id: 0, kind: 'done' } satisfies PostgresReply);
