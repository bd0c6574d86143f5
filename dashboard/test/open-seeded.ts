// The seeded samples in an embedded ClickHouse, as sessions too: what the pages read.

import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { CREATE_OP_SAMPLE, CREATE_OP_SESSION, SELECT_OP_SESSION } from '@everypath/schema';
import { createChdbConnection } from 'chdb/connection';
import { sampleRows } from './seed.ts';

/** Opens an embedded ClickHouse with the seeded table. Close it after use. */
export async function openSeeded(): Promise<ClickHouseClient> {
  // chdb's types were written without `exactOptionalPropertyTypes`; the shapes agree.
  const connection = createChdbConnection({ path: ':memory:' }) as never;
  const clickhouse = createClient({ connection });
  await clickhouse.command({ query: CREATE_OP_SAMPLE });
  await clickhouse.insert({ table: 'op_sample', values: [...sampleRows()], format: 'JSONEachRow' });
  await clickhouse.command({ query: CREATE_OP_SESSION });
  await clickhouse.command({ query: `INSERT INTO op_session ${SELECT_OP_SESSION}` });
  return clickhouse;
}
