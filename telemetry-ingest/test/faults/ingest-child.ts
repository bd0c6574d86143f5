// The real ingest over HTTP as a process that the faults kill, with a clock that can be made to jump.

import { serve } from '@hono/node-server';
import { createIngest, type Ingest, type IngestLimits, isBalanced, openClickHouse } from '../../src/index.ts';
import { systemClock } from '../../src/system.ts';
import { sampleCatalog, sampleTokens } from '../sample-program.ts';
import { answerParent } from './child-process.ts';
import { heldBytes } from './held-bytes.ts';

export interface IngestChildOptions {
  readonly clickhouseUrl: string;
  readonly spoolDir: string;
  readonly clockOffsetMs: number;
  readonly limits: Partial<IngestLimits>;
}

export interface IngestChildState {
  readonly balanced: boolean;
  readonly ledger: unknown;
  readonly spooled: number;
  readonly spoolBytes: number;
  readonly setAside: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly rssBytes: number;
}

let ingest: Ingest | undefined;
let offsetMs = 0;

const state = (): IngestChildState => {
  const stats = ingest!.stats();
  return {
    balanced: isBalanced(stats.ledger),
    ledger: stats.ledger,
    spooled: stats.ledger.spooled,
    spoolBytes: stats.spoolBytes,
    setAside: stats.ledger.setAside,
    answers: stats.answers,
    rssBytes: process.memoryUsage.rss(),
  };
};

answerParent({
  async start({ clickhouseUrl, spoolDir, clockOffsetMs, limits }: IngestChildOptions): Promise<number> {
    offsetMs = clockOffsetMs;
    ingest = await createIngest({
      clickhouse: openClickHouse({ url: clickhouseUrl, password: 'secret' }),
      catalog: sampleCatalog,
      tokens: sampleTokens,
      spoolDir,
      limits,
      clock: { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs },
    });
    const { app } = ingest;
    const info = { title: 'ingest', version: '1' };
    app.get('/openapi.json', (context) => context.json(app.getOpenAPI31Document({ openapi: '3.1.0', info })));
    return new Promise((resolve) => {
      serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
    });
  },
  clock(jumpMs: number) {
    offsetMs = jumpMs;
  },
  async flush(): Promise<IngestChildState> {
    await ingest!.flush();
    return state();
  },
  state,
  heldBytes,
});

process.once('SIGTERM', () => void ingest?.close().finally(() => process.exit(0)));
