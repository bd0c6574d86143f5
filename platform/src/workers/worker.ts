// Takes jobs from the queue and does them with this machine's tools until told to stop. What was taken is finished
// first; what a killed worker leaves behind another one gets.

import { setTimeout as sleep } from 'node:timers/promises';
import { BuildError, type BuildTools, type PortableWork, performWork } from '@everypath/compiler';
import type { Log } from '../log.ts';
import { type BuildQueue, type TakenJob, TOUCH_EVERY_MS } from './build-queue.ts';
import type { Verifier } from './verifier.ts';
import type { Answer } from './work.ts';

export interface WorkerOptions {
  readonly queue: BuildQueue;
  readonly tools: BuildTools;
  readonly verifier: Verifier;
  /** Jobs at once. */
  readonly jobs: number;
  /** Stops taking. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

const IDLE_MS = 100;

/** Works until `signal`; resolves with how many jobs it did. */
export async function runWorker({
  queue,
  tools,
  verifier,
  jobs,
  signal,
  log,
}: WorkerOptions): Promise<number> {
  const active = new Map<string, Promise<void>>();
  let done = 0;
  const beat = setInterval(() => {
    queue
      .touch([...active.keys()])
      .catch((error: unknown) => log.warn({ error: String(error) }, 'heartbeat'));
  }, TOUCH_EVERY_MS);

  async function handle({ id, work }: TakenJob): Promise<void> {
    const answer = await answerTo(async () => {
      if (work.kind === 'verify') return { done: true, proof: await verifier.verify(work) };
      await performWork(tools, work as PortableWork);
      return { done: true };
    });
    if ('failed' in answer) log.warn({ id, kind: work.kind, ...answer.failed }, 'a job failed');
    await queue.answer(id, answer);
    done++;
  }

  try {
    while (!signal.aborted) {
      const free = jobs - active.size;
      const taken = free > 0 ? await takeUp(queue, free, log) : [];
      for (const job of taken) {
        const running = handle(job)
          .catch((error: unknown) => log.error({ id: job.id, error: String(error) }, 'a job was lost'))
          .finally(() => active.delete(job.id));
        active.set(job.id, running);
      }
      if (taken.length === 0) {
        const waits: Promise<unknown>[] = [sleep(IDLE_MS, undefined, { signal }).catch(() => undefined)];
        await Promise.race(free > 0 ? waits : active.values());
      }
    }
    await Promise.all(active.values());
    return done;
  } finally {
    clearInterval(beat);
  }
}

async function takeUp(queue: BuildQueue, most: number, log: Log): Promise<readonly TakenJob[]> {
  try {
    return await queue.take(most);
  } catch (error) {
    log.warn({ error: String(error) }, 'the queue does not answer');
    await sleep(1000);
    return [];
  }
}

/** A failure of the work itself is an answer: it would be the same elsewhere. */
async function answerTo(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BuildError)
      return { failed: { code: error.code, message: error.message, hint: error.hint } };
    const message = error instanceof Error ? error.message : String(error);
    return { failed: { code: 'EP_WORKERS', message, hint: 'The log of the worker says more.' } };
  }
}
