// PGlite in a thread of its own, in the shape that kysely's dialect asks for.

import { Worker } from 'node:worker_threads';
import type { PGlite as KyselyPGlite } from 'kysely';
import type { PostgresReply, PostgresRequest } from './postgres-worker.ts';

type Rows = Extract<PostgresReply, { readonly kind: 'rows' }>;
type Unnumbered<Request> = Request extends unknown ? Omit<Request, 'id'> : never;

/** What PGlite refuses, with Postgres' own code. */
class PostgresError extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/** Starts it on a folder, or in memory (`memory://`). */
export function startEmbeddedPostgres(location: string): KyselyPGlite {
  const worker = new Worker(new URL('./postgres-worker.ts', import.meta.url), { workerData: location });
  const waiting = new Map<
    number,
    { readonly resolve: (reply: PostgresReply) => void; readonly reject: (error: unknown) => void }
  >();
  let next = 1;
  let closed = false;
  const expect = (id: number): Promise<PostgresReply> => {
    // The process lives while an answer is awaited, and no longer.
    worker.ref();
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  worker.on('message', (reply: PostgresReply) => {
    const found = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
    if (reply.kind === 'failed') found?.reject(new PostgresError(reply.message, reply.code));
    else found?.resolve(reply);
  });
  const fail = (error: unknown): void => {
    closed = true;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new PostgresError('the embedded Postgres ended', undefined)));
  const waitReady = expect(0).then(() => {});
  const ask = (request: Unnumbered<PostgresRequest>): Promise<PostgresReply> => {
    if (closed) return Promise.reject(new PostgresError('the embedded Postgres is closed', undefined));
    const id = next++;
    const answer = expect(id);
    worker.postMessage({ ...request, id });
    return answer;
  };
  const query =
    (inTransaction: boolean) =>
    async <Row>(sql: string, parameters: readonly unknown[] = []) => {
      const { rows, affectedRows } = (await ask({ kind: 'query', sql, parameters, inTransaction })) as Rows;
      return {
        rows: rows as Row[],
        fields: [],
        ...(affectedRows === undefined ? {} : { affectedRows }),
      };
    };
  return {
    get closed() {
      return closed;
    },
    ready: false,
    waitReady,
    query: query(false),
    async transaction(run) {
      await ask({ kind: 'begin' });
      let result: Awaited<ReturnType<typeof run>>;
      try {
        result = await run({
          query: query(true),
          rollback: async () => {
            await ask({ kind: 'rollback' });
          },
        });
      } catch (error) {
        await ask({ kind: 'rollback' });
        throw error;
      }
      await ask({ kind: 'commit' });
      return result;
    },
    async close() {
      if (closed) return;
      await ask({ kind: 'close' });
      closed = true;
      await worker.terminate();
    },
  };
}
