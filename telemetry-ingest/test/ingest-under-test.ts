// One embedded ClickHouse for a test file, and ingests over it that load only when told to.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { type TelemetryReceipt, telemetryReceiptSchema } from '@everypath/schema';
import {
  type ClickHouse,
  createIngest,
  type Ingest,
  type IngestOptions,
  openClickHouse,
} from '../src/index.ts';
import { sampleCatalog, sampleTokens } from './sample-program.ts';

/** Where the file's tests may keep what they need; gone when they end. */
export const root = mkdtempSync(join(tmpdir(), 'everypath-ingest-'));
let clickhouse: ClickHouse;

/** Opens the engine before the file's tests and closes it after them. */
export function useClickHouse(): void {
  before(() => {
    clickhouse = openClickHouse({ path: join(root, 'clickhouse') });
  });
  after(async () => {
    await clickhouse.close();
    rmSync(root, { recursive: true, force: true });
  });
}

/** Loads only when told to, so that a test sees each state. */
export const openIngest = (options: Partial<IngestOptions> = {}): Promise<Ingest> =>
  createIngest({
    clickhouse,
    catalog: sampleCatalog,
    tokens: sampleTokens,
    spoolDir: join(root, randomUUID()),
    clock: { nowMs: () => Date.now(), after: () => () => {} },
    ...options,
  });

export async function post(
  ingest: Ingest,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return ingest.app.request('/v1/telemetry', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body:
      typeof body === 'string'
        ? body
        : body instanceof Uint8Array
          ? new Uint8Array(body)
          : JSON.stringify(body),
  });
}

/** Posts a batch that must be taken. */
export async function send(ingest: Ingest, batch: unknown): Promise<TelemetryReceipt> {
  const response = await post(ingest, batch);
  assert.equal(response.status, 202, await response.clone().text());
  return telemetryReceiptSchema.parse(await response.json());
}

/** Rows of a query, on the same engine. */
export async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
  const result = await clickhouse.client.query({ query, format: 'JSONEachRow', query_params });
  return result.json<T>();
}
