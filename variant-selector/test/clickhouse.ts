// The embedded ClickHouse with the table of samples, for tests; and rows to put into it.

import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { type Cause, CREATE_OP_SAMPLE, CREATE_OP_SESSION, SELECT_OP_SESSION } from '@everypath/schema';
import { createChdbConnection } from 'chdb/connection';

export interface SampleRow {
  readonly device_class: string;
  readonly operator: string;
  readonly specialization: string;
  readonly operator_variant: string;
  readonly features: readonly number[];
  readonly tag: string;
  readonly variant: string;
  readonly node: number;
  /** A 64-bit number in decimal. */
  readonly device: string;
  readonly batch_id: string;
  readonly latency_ns: number;
  readonly cause: Cause;
  readonly clock_ns?: number;
  readonly received_at?: string;
}

/** Opens the engine in a folder and creates the table. */
export async function openClickHouse(path: string): Promise<ClickHouseClient> {
  const client = createClient({ connection: createChdbConnection({ path }) as never });
  await client.command({ query: CREATE_OP_SAMPLE });
  await client.command({ query: CREATE_OP_SESSION });
  return client;
}

/** Inserts rows as ingest would: received now unless they say otherwise. */
export async function insertSamples(client: ClickHouseClient, rows: readonly SampleRow[]): Promise<void> {
  if (rows.length > 0) await insertRows(client, rows);
  await client.command({ query: 'TRUNCATE TABLE op_session' });
  await client.command({ query: `INSERT INTO op_session ${SELECT_OP_SESSION}` });
}

async function insertRows(client: ClickHouseClient, rows: readonly SampleRow[]): Promise<void> {
  const list = rows.map((row) =>
    [
      text(row.device_class),
      text(row.operator),
      text(row.specialization),
      text(row.operator_variant),
      `[${row.features.join(', ')}]`,
      text(row.tag),
      text(row.variant),
      row.node,
      row.device,
      text(row.batch_id),
      row.latency_ns,
      1,
      row.clock_ns ?? 1,
      text(row.cause),
      row.received_at === undefined ? 'now64(3)' : text(row.received_at),
    ].join(', '),
  );
  await client.command({
    query: `INSERT INTO op_sample (device_class, operator, specialization, operator_variant, features, tag, variant,
      node, device, batch_id, latency_ns, calls, clock_ns, cause, received_at)
      VALUES ${list.map((values) => `(${values})`).join(', ')}`,
  });
}

const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
