// Keeps the models that decisions are made with: reads samples, fits, and swaps the result in whole. While ClickHouse
// is away the last models stay; they are stored in Postgres too, so a restart begins with what was known.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Database } from '@everypath/schema';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type IsaRanks, isaRanks } from '../model/cold-prior.ts';
import { emptyModels, fitModels, type Models } from '../model/fit.ts';
import { readSamples, type SampleQuery, type Samples } from '../model/sample-store.ts';
import type { Knowledge } from '../policy/policy.ts';
import { loadModels, saveModels } from '../registry/decision-store.ts';
import type { Registry } from '../registry/registry.ts';

export interface ModelKeeperDependencies {
  readonly clickhouse: ClickHouseClient;
  readonly database: Kysely<Database>;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
  /** Awaited before samples are read: lets ingest store what it has accepted. */
  readonly beforeRefit: () => Promise<void>;
  readonly query: SampleQuery;
}

export interface RefitReport {
  /** Whether there were new samples; if not, the models stay as they were. */
  readonly changed: boolean;
  readonly generation: number;
  readonly observations: number;
  readonly samples: number;
  readonly families: number;
  readonly durationMs: number;
}

export class ModelKeeper {
  readonly #dependencies: ModelKeeperDependencies;
  #models: Models = emptyModels;
  #generation = 0;
  #fittedAtMs: number | null = null;
  #fingerprint = '';
  #ranks: { readonly revision: number; readonly ranks: IsaRanks } = { revision: -1, ranks: new Map() };
  #knowledge: Knowledge | null = null;
  #running: Promise<RefitReport> | null = null;
  #queued: Promise<RefitReport> | null = null;
  #refits = 0;
  #failures = 0;

  constructor(dependencies: ModelKeeperDependencies) {
    this.#dependencies = dependencies;
  }

  get models(): Models {
    return this.#models;
  }

  get fittedAtMs(): number | null {
    return this.#fittedAtMs;
  }

  get stats(): { readonly refits: number; readonly failures: number } {
    return { refits: this.#refits, failures: this.#failures };
  }

  /** What to decide with now. */
  knowledge(): Knowledge {
    const { registry } = this.#dependencies;
    if (this.#ranks.revision !== registry.revision) {
      this.#ranks = { revision: registry.revision, ranks: isaRanks(registry.list()) };
      this.#knowledge = null;
    }
    this.#knowledge ??= { models: this.#models, ranks: this.#ranks.ranks, generation: this.#generation };
    return this.#knowledge;
  }

  /** Starts from the models that were stored last, if there are any. */
  async restore(): Promise<void> {
    const { database, log } = this.#dependencies;
    try {
      const snapshot = await loadModels(database);
      if (snapshot === null) return;
      const models = JSON.parse(snapshot.body) as Models;
      this.#generation = snapshot.generation;
      // Written by a version with other ideas: the next fit replaces it.
      if (models.version === emptyModels.version) this.#models = models;
      this.#fittedAtMs = snapshot.fittedAtMs;
      this.#knowledge = null;
    } catch (error) {
      log.warn({ error: String(error) }, 'the stored models could not be read');
    }
  }

  /** Fits anew. A call while a fit runs is answered by the next one, which sees all that was stored before the call. */
  refit(): Promise<RefitReport> {
    if (this.#running === null) return this.#start();
    this.#queued ??= this.#running.then(
      () => this.#startQueued(),
      () => this.#startQueued(),
    );
    return this.#queued;
  }

  /** Resolves when nothing is being fitted. */
  async idle(): Promise<void> {
    while (this.#running !== null || this.#queued !== null) {
      await Promise.allSettled([this.#running, this.#queued]);
    }
  }

  #startQueued(): Promise<RefitReport> {
    this.#queued = null;
    return this.#start();
  }

  #start(): Promise<RefitReport> {
    this.#running = this.#fit().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #fit(): Promise<RefitReport> {
    const { clickhouse, clock, log, beforeRefit, query } = this.#dependencies;
    const startedMs = clock.nowMs();
    let samples: Samples;
    try {
      await beforeRefit();
      samples = await readSamples(clickhouse, query);
    } catch (error) {
      this.#failures += 1;
      log.warn({ error: String(error) }, 'samples could not be read; the models stay as they are');
      throw new SelectorError('EP_MODELS_UNAVAILABLE', 'the samples could not be read');
    }
    this.#refits += 1;
    const fingerprint = fingerprintOf(samples);
    const changed = fingerprint !== this.#fingerprint;
    if (changed) {
      const models = fitModels(samples.observations, samples.sizes, this.knowledge().ranks);
      this.#models = models;
      this.#fingerprint = fingerprint;
      this.#generation += 1;
      this.#fittedAtMs = startedMs;
      this.#knowledge = null;
      await this.#save();
    }
    return {
      changed,
      generation: this.#generation,
      observations: this.#models.observations,
      samples: this.#models.samples,
      families: Object.keys(this.#models.families).length,
      durationMs: clock.nowMs() - startedMs,
    };
  }

  async #save(): Promise<void> {
    const { database, log } = this.#dependencies;
    try {
      await saveModels(database, {
        generation: this.#generation,
        fittedAtMs: this.#fittedAtMs ?? 0,
        body: JSON.stringify(this.#models),
      });
    } catch (error) {
      log.warn({ error: String(error) }, 'the models could not be stored');
    }
  }
}

/** Tells one set of samples from another: counts, and a sum that any new figure moves. */
function fingerprintOf({ observations, sizes }: Samples): string {
  let samples = 0;
  let sum = 0;
  for (const each of observations) {
    samples += each.samples;
    sum += each.logNs * each.samples;
  }
  return `${observations.length} ${sizes.length} ${samples} ${sum}`;
}
