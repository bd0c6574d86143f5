// The ingest put together: door, spool, loader, and the numbers that prove nothing is lost between them.

import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Acceptor } from './accept.ts';
import { createClaims, soleClaims } from './clickhouse/claims.ts';
import type { ClickHouse } from './clickhouse/open.ts';
import { createClickHouseStore } from './clickhouse/store.ts';
import { forgetApp, forgetLimiter } from './edge/forget-route.ts';
import { hashDevice } from './edge/identity.ts';
import { telemetryApp } from './edge/route.ts';
import { Forgetter } from './forget.ts';
import { Lag } from './lag.ts';
import type { Ledger } from './ledger.ts';
import { defaultLimits, type IngestLimits } from './limits.ts';
import { Loader } from './loader.ts';
import { createIngestMetrics } from './metrics.ts';
import { observeStore } from './observed-store.ts';
import { otlpApp } from './otlp/route.ts';
import type { Catalog, Clock, Log, Random, TokenVerifier } from './ports.ts';
import { RecentSet } from './recent-set.ts';
import { spoolIdentity } from './spool/identity.ts';
import { lockDirectory } from './spool/lock.ts';
import { Spool } from './spool/spool.ts';
import { nodeSpoolFs, type SpoolFs } from './spool/spool-fs.ts';
import { silentLog, systemClock, systemRandom, systemTicksMs } from './system.ts';

export interface IngestOptions {
  readonly clickhouse: ClickHouse;
  readonly catalog: Catalog;
  readonly tokens: TokenVerifier;
  /** Where batches wait for ClickHouse. One process at a time. */
  readonly spoolDir: string;
  /** Secret of this installation, mixed into device hashes. */
  readonly deviceSalt?: string;
  /** The name under which tokens know a device, from the id that it made for itself. Default: that id. */
  readonly deviceOf?: (deviceId: string) => string;
  /** Header in which a proxy in front names the address it forwards for; devices are held back by network. */
  readonly forwardedHeader?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly fs?: SpoolFs;
  readonly log?: Log;
  readonly limits?: Partial<IngestLimits>;
}

export interface IngestStats {
  readonly ledger: Ledger;
  readonly batches: number;
  readonly duplicateBatches: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, number>>;
  readonly correctedClocks: number;
  readonly spoolBytes: number;
  readonly spoolLimitBytes: number;
  /** Age of the oldest sample in the spool, to a second. */
  readonly lagMs: number;
  /** Segments that wait for another instance to store its copy of a batch. */
  readonly waitingSegments: number;
  readonly segments: number;
  readonly loadFailures: number;
  readonly poisonSegments: number;
  readonly damagedLines: number;
  /** What loading last failed with; undefined while ClickHouse takes what it is given. */
  readonly lastLoadError: string | undefined;
}

export interface Readiness {
  /** Whether batches are taken. ClickHouse may be away: the spool stands in. */
  readonly ready: boolean;
  readonly spool: 'ok' | 'full';
  readonly clickhouse: 'ok' | 'away';
}

export interface Ingest {
  /** POST /v1/telemetry, OTLP's POST /v1/metrics, DELETE /v1/telemetry/devices/{deviceId}. */
  readonly app: OpenAPIHono;
  /** Everything acknowledged before the call is in ClickHouse when it resolves; rejects when ClickHouse is away. */
  flush(): Promise<void>;
  stats(): IngestStats;
  /** Prometheus text. */
  metrics(): Promise<string>;
  ready(): Promise<Readiness>;
  /** Refuses new batches, hands the spool to ClickHouse for as long as `drainMs`, leaves the rest for the next start. */
  close(): Promise<void>;
}

const LAG_EVERY_MS = 1_000;

/** Opens the spool, takes up what a crash left there, and begins to load. ClickHouse need not be up yet. */
export async function createIngest(options: IngestOptions): Promise<Ingest> {
  const limits: IngestLimits = { ...defaultLimits, ...options.limits };
  const log = options.log ?? silentLog;
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const fs = options.fs ?? nodeSpoolFs;
  const recent = new RecentSet(limits.recentBatches);
  await fs.makeDirectory(options.spoolDir);
  const unlock = lockDirectory(options.spoolDir);
  const spool = await Spool.open({
    directory: options.spoolDir,
    fs,
    random,
    log,
    limits,
    onRecovered: (batchId) => recent.add(batchId),
    onSealed: () => loader.wake(),
  }).catch((error: unknown) => {
    unlock();
    throw error;
  });
  const recovered = spool.samples;
  if (recovered > 0) log.info({ samples: recovered, segments: spool.sealed.length }, 'took up the spool');
  const claims =
    options.clickhouse.kind === 'embedded'
      ? soleClaims
      : createClaims(options.clickhouse.writer, await spoolIdentity(options.spoolDir, fs, random), random);
  const metrics = createIngestMetrics(() => stats());
  const store = observeStore(
    createClickHouseStore(options.clickhouse, join(options.spoolDir, 'loading'), claims),
    metrics,
    systemTicksMs,
  );
  const acceptor = new Acceptor({
    spool,
    random,
    catalog: options.catalog,
    tokens: options.tokens,
    clock,
    limits,
    deviceSalt: options.deviceSalt ?? '',
    recent,
  });
  const forgetter = await Forgetter.open({ directory: options.spoolDir, fs, spool, store, log });
  const loader = new Loader({ spool, store, clock, log, limits, onLoaded: () => forgetter.run() });
  const answers = new Map<string, number>();
  const doors = { limits, log, answers, forwardedHeader: options.forwardedHeader };
  const app = telemetryApp(acceptor, doors);
  app.route('/', otlpApp(acceptor, doors));
  const forget = (deviceId: string): Promise<void> =>
    forgetter.request(hashDevice(options.deviceSalt ?? '', options.deviceOf?.(deviceId) ?? deviceId));
  app.route('/', forgetApp(forget, forgetLimiter(limits, random), clock));
  loader.start();

  const lag = new Lag(LAG_EVERY_MS);
  const measureLag = (): number => {
    const { stored, duplicate, setAside } = loader.counts;
    const gone = stored + duplicate + setAside;
    return lag.update(gone + spool.samples, gone, clock.nowMs());
  };
  let cancelLag = (): void => {};
  const watchLag = (): void => {
    measureLag();
    cancelLag = clock.after(LAG_EVERY_MS, watchLag);
  };
  watchLag();

  const stats = (): IngestStats => ({
    ledger: {
      received: recovered + acceptor.counts.received,
      stored: loader.counts.stored,
      rejected: acceptor.counts.rejected,
      duplicate: acceptor.counts.duplicate + loader.counts.duplicate,
      spooled: spool.samples,
      setAside: loader.counts.setAside,
    },
    batches: acceptor.counts.batches,
    duplicateBatches: acceptor.counts.duplicateBatches,
    rejectedBy: Object.fromEntries(acceptor.counts.rejectedBy),
    answers: Object.fromEntries(answers),
    correctedClocks: acceptor.counts.correctedClocks,
    spoolBytes: spool.bytes,
    spoolLimitBytes: limits.spoolBytes,
    lagMs: measureLag(),
    waitingSegments: loader.waiting,
    segments: loader.counts.segments,
    loadFailures: loader.counts.failures,
    poisonSegments: loader.counts.poisonSegments,
    damagedLines: loader.counts.damagedFrames,
    lastLoadError: loader.lastError,
  });

  let closing: Promise<void> | undefined;
  async function drain(): Promise<void> {
    let cancel = (): void => {};
    const timeout = new Promise<void>((resolve) => {
      cancel = clock.after(limits.drainMs, resolve);
    });
    const drained = spool
      .close()
      .then(() => loader.flush())
      .catch((error: unknown) => {
        log.warn(
          { error: String(error), spooled: spool.samples },
          'closed with a spool that ClickHouse did not take',
        );
      })
      .then(() => loader.stop());
    await Promise.race([drained, timeout]);
    cancelLag();
    loader.cancel();
    cancel();
    unlock();
  }

  return {
    app,
    flush: () => loader.flush(),
    stats,
    metrics: () => metrics.text(),
    async ready() {
      const answers = await store.ping().catch(() => false);
      return {
        ready: spool.hasRoom,
        spool: spool.hasRoom ? 'ok' : 'full',
        clickhouse: answers ? 'ok' : 'away',
      };
    },
    close: () => {
      closing ??= drain();
      return closing;
    },
  };
}
