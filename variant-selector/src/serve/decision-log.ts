// Writes decisions to Postgres in batches, behind the fetches that made them. Nothing is lost while the process
// lives and Postgres comes back within the bound; closing waits for the last batch.

import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Decision } from '../registry/decision-store.ts';

export interface DecisionLogOptions {
  readonly flushMs: number;
  /** Decisions of one insert: writing them as JSON takes a millisecond, which a fetch may have to wait. */
  readonly batch: number;
  /** Decisions kept while Postgres is away; the oldest are dropped, and counted, beyond it. */
  readonly bound: number;
}

export const DEFAULT_DECISION_LOG: DecisionLogOptions = { flushMs: 100, batch: 200, bound: 200_000 };

const CLOSING_ATTEMPTS = 3;

export class DecisionLog {
  readonly #insert: (decisions: readonly Decision[]) => Promise<void>;
  readonly #log: Log;
  readonly #options: DecisionLogOptions;
  readonly #stop: () => void;
  #waiting: Decision[] = [];
  /** On its way; stays as it is until it is stored, so that a batch whose answer got lost counts once. */
  #sending: Decision[] = [];
  #flushing: Promise<boolean> | null = null;
  #stored = 0;
  #dropped = 0;
  #failing = false;

  constructor(
    insert: (decisions: readonly Decision[]) => Promise<void>,
    clock: Clock,
    log: Log,
    options: DecisionLogOptions = DEFAULT_DECISION_LOG,
  ) {
    this.#insert = insert;
    this.#log = log;
    this.#options = options;
    this.#stop = clock.every(options.flushMs, () => void this.flush());
  }

  get stats(): { readonly waiting: number; readonly stored: number; readonly dropped: number } {
    return {
      waiting: this.#waiting.length + this.#sending.length,
      stored: this.#stored,
      dropped: this.#dropped,
    };
  }

  add(decision: Decision): void {
    this.#waiting.push(decision);
    if (this.#waiting.length <= this.#options.bound) return;
    this.#waiting.shift();
    this.#dropped += 1;
  }

  /** Writes all that waits; false when Postgres did not take it, and then it goes on waiting. */
  flush(): Promise<boolean> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #write(): Promise<boolean> {
    for (;;) {
      if (this.#sending.length === 0) this.#sending = this.#waiting.splice(0, this.#options.batch);
      if (this.#sending.length === 0) return true;
      try {
        await this.#insert(this.#sending);
        this.#stored += this.#sending.length;
        this.#sending = [];
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#log.warn({ error: String(error) }, 'decisions wait for Postgres');
        this.#failing = true;
        return false;
      }
    }
  }

  /** Stops the timer and writes what waits. */
  async close(): Promise<void> {
    this.#stop();
    for (let attempt = 0; attempt < CLOSING_ATTEMPTS; attempt += 1) {
      await this.flush();
      // The flush that was already under way may have missed the last ones.
      if (this.stats.waiting === 0) return;
    }
    this.#log.error({ decisions: this.stats.waiting }, 'decisions were lost: Postgres did not take them');
  }
}
