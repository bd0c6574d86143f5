// Carries what the policy remembers over restarts: read once at the start, written behind the decisions that changed
// it. While Postgres is away it waits; nothing else does.

import type { Database } from '@everypath/schema';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy/policy.ts';
import { stateKey } from '../policy/standings.ts';
import { loadPolicyStates, savePolicyStates } from '../registry/policy-store.ts';

const SAVE_MS = 2_000;

export class PolicyMemory {
  readonly #database: Kysely<Database>;
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stop: () => void;
  #saving: Promise<boolean> | null = null;
  #failing = false;

  constructor(database: Kysely<Database>, policy: Policy, clock: Clock, log: Log) {
    this.#database = database;
    this.#policy = policy;
    this.#clock = clock;
    this.#log = log;
    this.#stop = clock.every(SAVE_MS, () => void this.save());
  }

  async restore(): Promise<void> {
    try {
      const states = await loadPolicyStates(this.#database);
      this.#policy.restore(
        states.map(({ tag, deviceClass, state }) => [stateKey(tag, deviceClass), state] as const),
      );
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'what the policy remembered could not be read');
    }
  }

  /** Writes what changed; false when Postgres did not take it, and then it is written with the next. */
  save(): Promise<boolean> {
    this.#saving ??= this.#write().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#saving;
    await this.save();
  }

  async #write(): Promise<boolean> {
    const changed = this.#policy.takeChanged();
    if (changed.length === 0) return true;
    try {
      const rows = changed.map(([key, state]) => {
        const [tag = '', deviceClass = ''] = key.split('\n');
        return { tag, deviceClass, state };
      });
      await savePolicyStates(this.#database, rows, this.#clock.nowMs());
      this.#failing = false;
      return true;
    } catch (error) {
      this.#policy.returnChanged(changed.map(([key]) => key));
      if (!this.#failing)
        this.#log.warn({ error: String(error) }, 'what the policy remembers could not be stored');
      this.#failing = true;
      return false;
    }
  }
}
