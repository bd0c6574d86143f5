// The real ingest as a process of its own, on the embedded engine and the real clock: what the kill test kills.
// `node ingest-process.ts DIRECTORY` prints its address; POST /flush answers with what ClickHouse holds.

import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createIngest, isBalanced, openClickHouse } from '../src/index.ts';
import { sampleCatalog, sampleTokens } from './sample-program.ts';

const directory = process.argv[2] ?? '';
const clickhouse = openClickHouse({ path: join(directory, 'clickhouse') });
const ingest = await createIngest({
  clickhouse,
  catalog: sampleCatalog,
  tokens: sampleTokens,
  spoolDir: join(directory, 'spool'),
  // Small and often, so that a kill finds every step of a segment's life.
  limits: { loadEveryMs: 5, segmentBytes: 4_000 },
});

ingest.app.post('/flush', async (context) => {
  await ingest.flush();
  const rows = async <T>(query: string): Promise<T[]> =>
    (await clickhouse.client.query({ query, format: 'JSONEachRow' })).json<T>();
  const batches = await rows<{ id: string; n: number }>(
    'SELECT toString(batch_id) AS id, count() AS n FROM op_sample GROUP BY id ORDER BY id',
  );
  const [hist] = await rows<{ n: number }>('SELECT sum(samples) AS n FROM op_hist');
  return context.json({
    stored: batches.reduce((sum, { n }) => sum + n, 0),
    batches: Object.fromEntries(batches.map(({ id, n }) => [id, n])),
    hist: hist?.n ?? 0,
    balanced: isBalanced(ingest.stats().ledger),
  });
});

const server = serve({ fetch: ingest.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});

const stop = async (): Promise<void> => {
  server.close();
  await ingest.close();
  await clickhouse.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop());
