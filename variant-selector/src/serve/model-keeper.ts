// Keeps the models that decisions are made with: reads the samples that came, has them fitted in a thread of its own,
// and swaps the result in whole. While ClickHouse is away the last models stay; they are stored in Postgres too, so a
// restart begins with what was known.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Database } from '@everypath/schema';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type IsaRanks, isaRanks } from '../model/cold-prior.ts';
import { emptyModels, type Models } from '../model/fit.ts';
import { readSampleText, type SampleQuery, type SampleText } from '../model/sample-store.ts';
import type { Knowledge } from '../policy/decision.ts';
import type { Change } from '../refit/drift.ts';
import type { FitReport } from '../refit/refit-engine.ts';
import { RefitThread } from '../refit/refit-thread.ts';
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
  /** Awaited after the models were swapped: a fit is done when what follows from it is served. */
  readonly afterSwap: () => Promise<void>;
}

export interface RefitReport {
  /** Whether there were new samples; if not, the models stay as they were. */
  readonly changed: boolean;
  readonly generation: number;
  readonly observations: number;
  readonly samples: number;
  readonly families: number;
  readonly durationMs: number;
  /** exact: from every observation; cells: from condensed classes; increment: what changed of these; none. */
  readonly how: FitReport['how'];
}

/** How fitting fares, for metrics and `GET /v1/models`. */
export interface KeeperStats {
  readonly refits: number;
  readonly failures: number;
  readonly running: boolean;
  readonly last: (RefitReport & { readonly readMs: number; readonly heapBytes: number }) | null;
  /** Changes noticed of late, newest first. */
  readonly changes: readonly Change[];
}

/** Everything is read again this often, so that old samples age out and late ones are not missed. */
const FULL_EVERY_MS = 3_600_000;
/** Samples may become visible this much after they were received. */
const LATE_MS = 120_000;
const CHANGES_KEPT = 64;

export class ModelKeeper {
  readonly #dependencies: ModelKeeperDependencies;
  #models: Models = emptyModels;
  #generation = 0;
  #fittedAtMs: number | null = null;
  #ranks: { readonly revision: number; readonly ranks: IsaRanks } = { revision: -1, ranks: new Map() };
  #knowledge: Knowledge | null = null;
  #running: Promise<RefitReport> | null = null;
  #queued: Promise<RefitReport> | null = null;
  readonly #thread = new RefitThread();
  #fullAtMs = Number.NEGATIVE_INFINITY;
  #newestMs: number | null = null;
  #refits = 0;
  #failures = 0;
  #last: KeeperStats['last'] = null;
  #changes: readonly Change[] = [];

  constructor(dependencies: ModelKeeperDependencies) {
    this.#dependencies = dependencies;
  }

  get models(): Models {
    return this.#models;
  }

  get fittedAtMs(): number | null {
    return this.#fittedAtMs;
  }

  get stats(): KeeperStats {
    return {
      refits: this.#refits,
      failures: this.#failures,
      running: this.#running !== null,
      last: this.#last,
      changes: this.#changes,
    };
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

  /** Ends the fitting thread; the models stay. */
  async close(): Promise<void> {
    await this.idle();
    await this.#thread.close();
  }

  async #fit(): Promise<RefitReport> {
    const { clickhouse, clock, log, beforeRefit, query } = this.#dependencies;
    const startedMs = clock.nowMs();
    const since =
      this.#thread.remembers && this.#newestMs !== null && startedMs - this.#fullAtMs < FULL_EVERY_MS
        ? this.#newestMs - LATE_MS
        : null;
    let text: SampleText;
    try {
      await beforeRefit();
      text = await readSampleText(clickhouse, query, since);
    } catch (error) {
      this.#failures += 1;
      log.warn({ error: String(error) }, 'samples could not be read; the models stay as they are');
      throw new SelectorError('EP_MODELS_UNAVAILABLE', 'the samples could not be read');
    }
    const readMs = clock.nowMs() - startedMs;
    const ranks = [...this.knowledge().ranks];
    let fitted: Awaited<ReturnType<RefitThread['fit']>>;
    try {
      fitted = await this.#thread.fit({ text, full: since === null, ranks });
    } catch (error) {
      this.#failures += 1;
      log.error({ error: String(error) }, 'the models could not be fitted; they stay as they are');
      throw new SelectorError('EP_INTERNAL', 'the models could not be fitted');
    }
    const { report, heapBytes } = fitted;
    this.#refits += 1;
    this.#newestMs = report.newestMs ?? this.#newestMs;
    if (since === null) this.#fullAtMs = startedMs;
    if (report.models !== null) {
      this.#models = report.models;
      this.#generation += 1;
      this.#fittedAtMs = startedMs;
      this.#knowledge = null;
      this.#note(report.changes);
      await this.#dependencies.afterSwap();
      await this.#save();
    }
    const told: RefitReport = {
      changed: report.changed,
      generation: this.#generation,
      observations: this.#models.observations,
      samples: this.#models.samples,
      families: Object.keys(this.#models.families).length,
      durationMs: clock.nowMs() - startedMs,
      how: report.how,
    };
    this.#last = { ...told, readMs, heapBytes };
    return told;
  }

  #note(changes: readonly Change[]): void {
    const key = (change: Change): string =>
      `${change.deviceClass}\n${change.operator}\n${change.operatorVariant}\n${change.sinceMs}`;
    const known = new Set(this.#changes.map(key));
    const fresh = changes.filter((change) => !known.has(key(change)));
    for (const change of fresh)
      this.#dependencies.log.warn({ ...change }, 'latencies changed; what was measured before is forgotten');
    this.#changes = [...fresh, ...this.#changes].slice(0, CHANGES_KEPT);
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
