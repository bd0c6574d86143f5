// The selector as a service: opens its stores, wires registry, models, policy and routes, and keeps them fresh.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Database, FetchRequest, ProgramNode, TargetName } from '@everypath/schema';
import { OpenAPIHono } from '@hono/zod-openapi';
import { Kysely, sql } from 'kysely';
import { type Clock, systemClock } from './clock.ts';
import { type Log, silentLog } from './log.ts';
import type { SampleQuery } from './model/sample-store.ts';
import { bestPaths, type RankedPath } from './policy/best-path.ts';
import { inheritCalls } from './policy/inherited-calls.ts';
import { DEFAULT_POLICY, type PolicyOptions } from './policy/options.ts';
import { Policy } from './policy/policy.ts';
import { hexId, type Random, systemRandom } from './random.ts';
import { artifactRoutes } from './registry/artifact-routes.ts';
import { openArtifactStore } from './registry/artifact-store.ts';
import { type Decision, insertDecisions, listDecisions } from './registry/decision-store.ts';
import type { FunctionEntry } from './registry/function-entry.ts';
import { functionRoutes } from './registry/function-routes.ts';
import { killRoutes } from './registry/kill-routes.ts';
import { openPostgres, type PostgresLocation } from './registry/postgres.ts';
import { Registry } from './registry/registry.ts';
import { Background } from './serve/background.ts';
import { DecisionLog } from './serve/decision-log.ts';
import { type Explanation, explain } from './serve/explanation.ts';
import { askOf, type FetchCounts } from './serve/fetch.ts';
import { createFetchHandler } from './serve/fetch-handler.ts';
import { createFetchListener, type FetchListener } from './serve/fetch-listener.ts';
import { addFetchRoute } from './serve/fetch-route.ts';
import { ModelKeeper, type RefitReport } from './serve/model-keeper.ts';
import { PolicyMemory } from './serve/policy-memory.ts';
import { type SelectorRoutesDependencies, selectorRoutes } from './serve/routes.ts';
import { openKeyFolder } from './signing/key-folder.ts';
import { createTelemetryTokens, type TelemetryTokens } from './signing/telemetry-token.ts';

export interface SelectorOptions {
  readonly policy?: Partial<PolicyOptions>;
  /** Determines exploration; drawn once from `random` when not given. */
  readonly seed?: string;
  readonly samples?: Partial<SampleQuery>;
  /** Background refits; 0: only when asked. */
  readonly refitMs?: number;
  /** How often the registry is looked at for what other processes wrote; 0: never. */
  readonly registryRefreshMs?: number;
  readonly manifestLifetimeMs?: number;
  readonly tokenLifetimeMs?: number;
}

export interface SelectorDependencies {
  /** Open already, and then left open; or where it is. */
  readonly database: Kysely<Database> | PostgresLocation;
  readonly artifactsDir: string;
  readonly keysDir: string;
  /** Not closed by the selector. */
  readonly clickhouse: ClickHouseClient;
  readonly publishToken: string;
  /** Awaited before samples are read for a refit: lets ingest store what it has accepted. */
  readonly beforeRefit?: () => Promise<void>;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  readonly options?: SelectorOptions;
}

/** A compiled variant as ingest sees it. */
export interface CatalogProgram {
  readonly target: TargetName;
  readonly nodes: readonly ProgramNode[];
  readonly path: readonly string[];
}

export interface SelectorStats {
  readonly functions: number;
  readonly registryAway: boolean;
  readonly generation: number;
  readonly fittedAtMs: number | null;
  readonly observations: number;
  readonly samples: number;
  readonly refits: number;
  readonly refitFailures: number;
  readonly refitRunning: boolean;
  /** Of the last fit: how long it took, and what memory its thread held. */
  readonly refitMs: number;
  readonly refitHeapBytes: number;
  /** Latency changes noticed of late. */
  readonly changes: number;
  readonly decisionsWaiting: number;
  readonly decisionsStored: number;
  readonly decisionsDropped: number;
  readonly fetches: number;
  /** Fetches answered with 304. */
  readonly fetchesUnchanged: number;
  readonly crashes: number;
  /** Steps of roll-outs: started, grown, promoted, rolled-back. */
  readonly rollouts: Readonly<Record<string, number>>;
  readonly kills: number;
}

export interface Selector {
  readonly app: OpenAPIHono;
  /** Goes before `app` in Node's server: fetches without the framework. */
  readonly fetchListener: FetchListener;
  /** Ingest's port: what a variant's node numbers mean. */
  readonly catalog: { program(tag: string, variant: string): CatalogProgram | undefined };
  /** Ingest's port: who may report. */
  readonly tokens: TelemetryTokens;
  functions(): readonly FunctionEntry[];
  function(tag: string): FunctionEntry | null;
  decisions(query: {
    readonly tag?: string | undefined;
    readonly limit: number;
  }): Promise<readonly Decision[]>;
  explain(tag: string, request: FetchRequest): Explanation;
  /** The fastest paths of a function on a device class, by its nodes: built or not. */
  bestPaths(
    tag: string,
    request: {
      readonly deviceClass: string;
      /** By node: operator variants that the device can run and a program may be linked from. */
      readonly options: readonly (readonly string[])[];
      readonly count: number;
    },
  ): readonly RankedPath[];
  /** Fits the models to the samples stored so far. */
  refit(): Promise<RefitReport>;
  /** Every decision made so far is in Postgres when it resolves; false when Postgres is away. */
  flush(): Promise<boolean>;
  /** Whether Postgres answers. Fetches are served from memory either way. */
  ready(): Promise<boolean>;
  stats(): SelectorStats;
  /** Stops the timers, waits for a running fit and writes the last decisions. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** How long after its expiry a telemetry token is taken, from devices that were offline. */
const TOKEN_GRACE_MS = 14 * DAY_MS;

/** Opens the selector. */
export async function createSelector(dependencies: SelectorDependencies): Promise<Selector> {
  const { clickhouse, publishToken, options = {} } = dependencies;
  const { clock = systemClock, random = systemRandom, log = silentLog } = dependencies;
  const given = dependencies.database instanceof Kysely ? dependencies.database : null;
  const database = given ?? (await openPostgres(dependencies.database as PostgresLocation, log));
  const artifacts = await openArtifactStore(dependencies.artifactsDir);
  const keys = await openKeyFolder(dependencies.keysDir);
  const tokens = createTelemetryTokens(keys.telemetrySecret, clock, TOKEN_GRACE_MS);
  const policyOptions: PolicyOptions = { ...DEFAULT_POLICY, ...options.policy };
  const rollouts: Record<string, number> = {};
  const background = new Background();
  const policy = new Policy(
    policyOptions,
    options.seed ?? hexId(random, 16),
    ({ tag, deviceClass, event }) => {
      rollouts[event.kind] = (rollouts[event.kind] ?? 0) + 1;
      if (event.kind === 'rolled-back') log.warn({ tag, deviceClass, ...event }, 'rolled back');
      else log.info({ tag, deviceClass, ...event }, 'roll-out');
    },
    (work) => background.add(work),
  );
  const registry = new Registry({ database, artifacts, clock, log });
  const keeper = new ModelKeeper({
    clickhouse,
    database,
    registry,
    clock,
    log,
    beforeRefit: dependencies.beforeRefit ?? (async () => {}),
    query: { maxAgeDays: 30, rowBudget: 200_000, ...options.samples },
    afterSwap: () => {
      policy.renew(keeper.knowledge());
      return background.idle();
    },
  });
  const decisions = new DecisionLog((batch) => insertDecisions(database, batch), clock, log);
  const latestDecisions: Selector['decisions'] = async (query) => {
    // Who has just fetched asks what was decided: what still waits for Postgres belongs to the answer.
    await decisions.flush();
    return listDecisions(database, query);
  };
  const counts: FetchCounts = { fetches: 0, unchanged: 0, crashes: 0 };
  const memory = new PolicyMemory(database, policy, clock, log);
  await registry.refresh();
  await keeper.restore();
  await memory.restore();

  const app = new OpenAPIHono();
  const served: SelectorRoutesDependencies = {
    registry,
    keeper,
    policy,
    policyOptions,
    clickhouse,
    decisions,
    tokens,
    key: keys.current,
    keys,
    clock,
    random,
    log,
    publishToken,
    manifestLifetimeMs: options.manifestLifetimeMs ?? DAY_MS,
    tokenLifetimeMs: options.tokenLifetimeMs ?? 14 * DAY_MS,
    counts,
    listDecisions: latestDecisions,
  };
  const handleFetch = createFetchHandler(served);
  addFetchRoute(app, handleFetch, log);
  app.route('/', artifactRoutes({ registry, artifacts, publishToken, log }));
  app.route('/', functionRoutes({ registry, publishToken, clock, log }));
  app.route('/', killRoutes({ registry, publishToken, clock, newId: () => hexId(random, 12), log }));
  app.route('/', selectorRoutes(served));

  const { refitMs = 60_000, registryRefreshMs = 5_000 } = options;
  const timers = [
    // A failure is logged where it happens, and the last models stay.
    ...(refitMs > 0 ? [clock.every(refitMs, () => void keeper.refit().catch(() => {}))] : []),
    ...(registryRefreshMs > 0 ? [clock.every(registryRefreshMs, () => void registry.refresh())] : []),
  ];

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    for (const stop of timers) stop();
    await keeper.close();
    await decisions.close();
    await memory.close();
    if (given === null) await database.destroy();
  };

  return {
    app,
    fetchListener: createFetchListener(handleFetch, log),
    tokens,
    catalog: {
      program: (tag, id) => {
        const program = registry.program(tag, id);
        if (program === null) return undefined;
        return { target: program.variant.target, nodes: program.nodes, path: program.variant.path };
      },
    },
    functions: () => registry.list(),
    function: (tag) => registry.find(tag),
    decisions: latestDecisions,
    explain: (tag, request) =>
      explain(policy, policyOptions, registry.get(tag), keeper.knowledge(), askOf(request)),
    bestPaths: (tag, { deviceClass, options: choices, count }) => {
      const entry = registry.get(tag);
      const { models, ranks } = keeper.knowledge();
      const inherited = inheritCalls(models, ranks, tag, entry.nodes, entry.variants, deviceClass);
      return bestPaths(
        models,
        ranks,
        { tag, nodes: entry.nodes, options: choices, deviceClass, correction: inherited?.factor ?? 0 },
        count,
      );
    },
    refit: () => keeper.refit(),
    flush: async () => (await decisions.flush()) && memory.save(),
    ready: () =>
      sql`select 1`.execute(database).then(
        () => true,
        () => false,
      ),
    stats: () => ({
      functions: registry.list().length,
      registryAway: registry.away,
      generation: keeper.knowledge().generation,
      fittedAtMs: keeper.fittedAtMs,
      observations: keeper.models.observations,
      samples: keeper.models.samples,
      refits: keeper.stats.refits,
      refitFailures: keeper.stats.failures,
      refitRunning: keeper.stats.running,
      refitMs: keeper.stats.last?.durationMs ?? 0,
      refitHeapBytes: keeper.stats.last?.heapBytes ?? 0,
      changes: keeper.stats.changes.length,
      decisionsWaiting: decisions.stats.waiting,
      decisionsStored: decisions.stats.stored,
      decisionsDropped: decisions.stats.dropped,
      fetches: counts.fetches,
      fetchesUnchanged: counts.unchanged,
      crashes: counts.crashes,
      rollouts: { ...rollouts },
      kills: registry.kills.length,
    }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
