// The queue between builders and workers: pg-boss on Postgres. A job that a worker took stays its own as long as the
// worker says that it lives; then another worker gets it.

import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import type { Random } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Log } from '../log.ts';
import { type Answer, answerSchema, type Work, workSchema } from './work.ts';

const SCHEMA = 'everypath_build';
const QUEUE = 'build';
/** A worker that has not been heard of for so long is dead. pg-boss takes no less. */
const HEARTBEAT_S = 10;
/** How often a worker says that it lives. */
export const TOUCH_EVERY_MS = 3000;
const POLL_MS = 40;

export interface TakenJob {
  readonly id: string;
  readonly work: Work;
}

export interface BuildQueue {
  /** Has work done, and resolves with what the worker answers. */
  ask(work: Work): Promise<Answer>;
  /** Takes up to `most` jobs. */
  take(most: number): Promise<readonly TakenJob[]>;
  answer(id: string, answer: Answer): Promise<void>;
  /** Says that the jobs are still worked on. */
  touch(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Connects, and sets the queue up where it is not there yet. */
export async function openBuildQueue(url: string, log: Log, random: Random): Promise<BuildQueue> {
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    schedule: false,
    // Dead workers are looked for this often.
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
  });
  boss.on('error', (error) => log.warn({ error: String(error) }, 'the build queue'));
  try {
    await boss.start();
    await boss.createQueue(QUEUE, {
      heartbeatSeconds: HEARTBEAT_S,
      expireInSeconds: 1800,
      retryLimit: 4,
      retryDelay: 0,
      deleteAfterSeconds: 3600,
    });
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    throw new Failure(
      'EP_QUEUE',
      `the queue's Postgres does not answer: ${error instanceof Error ? error.message : String(error)}`,
      'Check EVERYPATH_POSTGRES_URL.',
    );
  }
  const asked = new Map<string, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let waiting: { readonly id: string; readonly data: Work }[] = [];
  let closed = false;
  let turning: Promise<void> | undefined;

  /** Sends what is asked and looks for answers, until there is nothing to wait for. */
  async function turn(): Promise<void> {
    while (asked.size > 0 && !closed) {
      const jobs = waiting;
      waiting = [];
      if (jobs.length > 0) await boss.insert(QUEUE, jobs);
      const { rows } = await boss
        .getDb()
        .executeSql(
          `SELECT id, state, output FROM ${SCHEMA}.job WHERE name = $1 AND id = ANY($2::uuid[]) AND state IN ('completed', 'failed', 'cancelled')`,
          [QUEUE, [...asked.keys()]],
        );
      for (const row of rows as { id: string; state: string; output: unknown }[]) settle(row);
      if (rows.length === 0) await sleep(POLL_MS);
    }
  }

  function settle({ id, state, output }: { id: string; state: string; output: unknown }): void {
    const asker = asked.get(id);
    asked.delete(id);
    const answer = answerSchema.safeParse(output);
    if (state === 'completed' && answer.success) asker?.resolve(answer.data);
    else
      asker?.reject(
        new Failure(
          'EP_WORKERS',
          `a job ended without an answer (${state}): several workers died over it`,
          'The log of the workers says more.',
        ),
      );
  }

  return {
    ask(work) {
      const id = random.uuid();
      waiting.push({ id, data: work });
      const promise = new Promise<Answer>((resolve, reject) => asked.set(id, { resolve, reject }));
      turning ??= turn()
        .catch((error: unknown) => {
          const failure = error instanceof Error ? error : new Error(String(error));
          for (const { reject } of asked.values()) reject(failure);
          asked.clear();
        })
        .finally(() => {
          turning = undefined;
        });
      return promise;
    },
    async take(most) {
      const jobs = await boss.fetch<unknown>(QUEUE, { batchSize: most });
      const taken: TakenJob[] = [];
      for (const { id, data } of jobs) {
        const work = workSchema.safeParse(data);
        if (work.success) taken.push({ id, work: work.data });
        else await boss.complete(QUEUE, id, unreadable);
      }
      return taken;
    },
    async answer(id, answer) {
      await boss.complete(QUEUE, id, answer);
    },
    async touch(ids) {
      if (ids.length > 0) await boss.touch(QUEUE, [...ids]);
    },
    async close() {
      closed = true;
      await turning;
      await boss.stop({ graceful: false });
    },
  };
}

const unreadable: Answer = {
  failed: {
    code: 'EP_WORKERS',
    message: 'A worker could not read a job.',
    hint: 'Run workers of the same version of everypath.',
  },
};
