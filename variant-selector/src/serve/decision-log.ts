// Writes decisions to Postgres in batches, behind the fetches that made them. Nothing is lost while the process
// lives and Postgres comes back within the bound; closing waits for the last batch. A process that is killed loses
// what it decided since the last flush: a second's decisions, which nobody is served by.

import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { DecisionBatch } from '../registry/decision-batch.ts';
import type { Decision } from '../registry/decision-store.ts';

export interface DecisionLogOptions {
  /** Few large inserts: the embedded Postgres takes a core from the fetches for as long as it inserts. */
  readonly flushMs: number;
  /** Decisions of one batch, and of one insert about as many: writing them as JSON takes a millisecond. */
  readonly batch: number;
  /** Decisions kept while Postgres is away; the oldest are dropped, and counted, beyond it. */
  readonly bound: number;
}

export const DEFAULT_DECISION_LOG: DecisionLogOptions = { flushMs: 1000, batch: 4000, bound: 200_000 };

const CLOSING_ATTEMPTS = 3;

export class DecisionLog {
  readonly #insert: (batches: readonly DecisionBatch[]) => Promise<void>;
  readonly #log: Log;
  readonly #options: DecisionLogOptions;
  readonly #stop: () => void;
  /** By function; these still grow. */
  readonly #open = new Map<string, DecisionBatch>();
  #full: DecisionBatch[] = [];
  /** On their way; they stay as they are until they are stored, so that what was stored unheard counts once. */
  #sending: DecisionBatch[] = [];
  /** Under way, or the last. */
  #writing: Promise<boolean> = Promise.resolve(true);
  #next: Promise<boolean> | null = null;
  #waiting = 0;
  #stored = 0;
  #dropped = 0;
  #failing = false;

  constructor(
    insert: (batches: readonly DecisionBatch[]) => Promise<void>,
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
      waiting: this.#waiting,
      stored: this.#stored,
      dropped: this.#dropped,
    };
  }

  add(decision: Decision): void {
    const { tag } = decision;
    const open = this.#open.get(tag);
    if (open === undefined) this.#open.set(tag, new DecisionBatch(decision));
    else open.add(decision);
    if (open !== undefined && open.size >= this.#options.batch) {
      this.#open.delete(tag);
      this.#full.push(open);
    }
    this.#waiting += 1;
    if (this.#waiting > this.#options.bound) this.#drop();
  }

  #drop(): void {
    this.#close();
    const oldest = this.#full.shift();
    this.#waiting -= oldest?.size ?? 0;
    this.#dropped += oldest?.size ?? 0;
  }

  /** What grows is let go as it is. */
  #close(): void {
    if (this.#open.size === 0) return;
    this.#full.push(...this.#open.values());
    this.#open.clear();
  }

  /** Writes all that waits by now; false when Postgres did not take it, and then it goes on waiting. */
  flush(): Promise<boolean> {
    // One under way may have begun before the newest decision.
    this.#next ??= this.#writing.then(() => {
      this.#next = null;
      this.#writing = this.#write();
      return this.#writing;
    });
    return this.#next;
  }

  async #write(): Promise<boolean> {
    this.#close();
    for (;;) {
      if (this.#sending.length === 0) this.#sending = this.#take();
      if (this.#sending.length === 0) return true;
      try {
        await this.#insert(this.#sending);
        const stored = sizeOf(this.#sending);
        this.#stored += stored;
        this.#waiting -= stored;
        this.#sending = [];
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#log.warn({ error: String(error) }, 'decisions wait for Postgres');
        this.#failing = true;
        return false;
      }
    }
  }

  /** The oldest batches, up to about one batch's decisions. */
  #take(): DecisionBatch[] {
    let count = 0;
    for (let decisions = 0; count < this.#full.length && decisions < this.#options.batch; count += 1)
      decisions += this.#full[count]!.size;
    return this.#full.splice(0, count);
  }

  /** Stops the timer and writes what waits. */
  async close(): Promise<void> {
    this.#stop();
    for (let attempt = 0; attempt < CLOSING_ATTEMPTS; attempt += 1) {
      await this.flush();
      if (this.#waiting === 0) return;
    }
    this.#log.error({ decisions: this.#waiting }, 'decisions were lost: Postgres did not take them');
  }
}

const sizeOf = (batches: readonly DecisionBatch[]): number =>
  batches.reduce((sum, { size }) => sum + size, 0);
