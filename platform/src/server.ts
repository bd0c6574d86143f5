// The platform in one process: databases, selector, ingest and dashboard, mounted on one port. The composition root:
// it wires, it decides nothing.

import { join } from 'node:path';
import { createIngest, type Ingest, migrateClickHouse, openClickHouse } from '@everypath/telemetry-ingest';
import { createSelector, hashDeviceId, type SelectorOptions } from '@everypath/variant-selector';
import { type Clock, type Random, systemClock, systemRandom } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { claimDataFolder, type Owner } from './data-folder.ts';
import { type Log, openLog } from './log.ts';
import { clickhouseServer, databaseDown, describeDatabase } from './server/databases.ts';
import { createHttpListener } from './server/http-app.ts';
import { listen } from './server/listen.ts';
import { createPathScout } from './server/path-scout.ts';
import { createPathService } from './server/path-service.ts';

export interface PlatformOptions extends Partial<Config> {
  /** Where everything is kept. */
  readonly dataDir: string;
  readonly mode?: Owner['mode'];
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  /** How the selector explores, fits and refreshes. */
  readonly selector?: SelectorOptions;
}

export interface Platform {
  readonly url: string;
  readonly publishToken: string;
  /** Embedded or by URL, for people: credentials are left out. */
  readonly databases: { readonly postgres: string; readonly clickhouse: string };
  /** Everything acknowledged so far is in ClickHouse, every decision in Postgres, when it resolves. */
  flush(): Promise<void>;
  /** Fits the models to what ClickHouse holds. */
  refit(): Promise<void>;
  /** Stops taking requests, flushes, closes, gives the data folder up. Idempotent. */
  close(): Promise<void>;
}

/** How often it is looked whether the models would choose a path that nobody has built. */
const SCOUT_MS = 30_000;

/** Starts everything. Fails with a `Failure` when the data folder is in use or a database does not answer. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const {
    mode = 'serve',
    clock = systemClock,
    random = systemRandom,
    log: given,
    selector: _,
    ...partial
  } = options;
  const config: Config = { ...readConfig({}, { data: options.dataDir }), ...partial };
  const log = given ?? openLog(config.logLevel);
  const folder = await claimDataFolder({ path: config.dataDir, mode, pid: process.pid, clock, random });
  const undo: (() => Promise<void>)[] = [() => folder.release()];
  const closeAll = async (): Promise<void> => {
    for (const close of undo.reverse()) {
      await close().catch((error: unknown) => log.error({ error: String(error) }, 'closing'));
    }
  };
  try {
    const { dataDir } = config;
    // First of all, because a port that is taken is the likeliest thing to be wrong.
    const server = await listen(config);
    undo.push(server.close);
    let ingest: Ingest | undefined;
    const clickhouse = openClickHouse(
      config.clickhouseUrl ? clickhouseServer(config.clickhouseUrl) : { path: join(dataDir, 'clickhouse') },
    );
    undo.push(() => clickhouse.close());
    await migrateClickHouse(clickhouse).catch(databaseDown('ClickHouse', config.clickhouseUrl));
    const selector = await createSelector({
      database: config.postgresUrl ? { url: config.postgresUrl } : { path: join(dataDir, 'postgres') },
      clickhouse: clickhouse.client,
      artifactsDir: join(dataDir, 'artifacts'),
      keysDir: join(dataDir, 'keys'),
      publishToken: folder.publishToken,
      // The ingest opens after the selector, whose registry and tokens it needs.
      beforeRefit: async () => ingest?.flush(),
      ...(options.selector ? { options: options.selector } : {}),
      log: log.child({ room: 'selector' }),
    }).catch(databaseDown('Postgres', config.postgresUrl));
    undo.push(() => selector.close());
    ingest = await createIngest({
      clickhouse,
      catalog: selector.catalog,
      tokens: selector.tokens,
      spoolDir: join(dataDir, 'spool'),
      deviceSalt: folder.publishToken,
      deviceOf: hashDeviceId,
      log: log.child({ room: 'ingest' }),
    });
    undo.push(ingest.close);
    const paths = createPathService({
      selector,
      publishToken: folder.publishToken,
      cacheDir: join(dataDir, 'build'),
      clock,
    });
    undo.push(paths.close);
    if (mode === 'serve') {
      const scout = createPathScout({ selector, paths, log: log.child({ room: 'paths' }) });
      const timer = setInterval(() => void scout.look(), SCOUT_MS).unref();
      undo.push(async () => clearInterval(timer));
    }
    const listener = createHttpListener({
      config,
      selector,
      ingest,
      paths: { service: paths, publishToken: folder.publishToken },
      clickhouse: clickhouse.client,
      instance: folder.owner.instance,
      log,
      clock,
      random,
    });
    undo.push(server.close);
    server.answerWith(listener);
    await folder.announce(server.url);
    log.info({ url: server.url, data: dataDir }, 'up');
    let closing: Promise<void> | undefined;
    return {
      url: server.url,
      publishToken: folder.publishToken,
      databases: {
        postgres: describeDatabase(config.postgresUrl),
        clickhouse: describeDatabase(config.clickhouseUrl),
      },
      async flush() {
        await Promise.all([ingest?.flush(), selector.flush()]);
      },
      async refit() {
        await selector.refit();
      },
      close() {
        closing ??= closeAll().then(() => log.info({}, 'stopped'));
        return closing;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
