// The thread that fits, seen from the one that serves: started with the first fit, asked for one fit at a time, and
// replaced when it dies.

import { Worker } from 'node:worker_threads';
import type { RefitReply, RefitRequest } from './refit-worker.ts';

export class RefitThread {
  #worker: Worker | null = null;

  /** Whether the thread holds what earlier requests brought: if not, the next one must bring everything. */
  get remembers(): boolean {
    return this.#worker !== null;
  }

  /** Rejects when the fit fails; then the thread is gone, and with it what it held. */
  async fit(request: RefitRequest): Promise<Extract<RefitReply, { readonly kind: 'fitted' }>> {
    const worker = this.#start();
    worker.ref();
    try {
      const reply = await new Promise<RefitReply>((resolve, reject) => {
        const settle = (act: () => void) => {
          worker.off('message', onMessage).off('error', onError).off('exit', onExit);
          act();
        };
        const onMessage = (message: RefitReply) => settle(() => resolve(message));
        const onError = (error: unknown) => settle(() => reject(error));
        const onExit = (code: number) => settle(() => reject(new Error(`the fitting thread ended: ${code}`)));
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        worker.postMessage(request);
      });
      if (reply.kind === 'failed') throw new Error(reply.error);
      return reply;
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      worker.unref();
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start(): Worker {
    this.#worker ??= new Worker(new URL('./refit-worker.ts', import.meta.url));
    return this.#worker;
  }
}
