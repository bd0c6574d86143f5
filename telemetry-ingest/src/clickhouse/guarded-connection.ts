// The embedded engine behind `@clickhouse/client`, made safe to share: a per-query setting would become a `SET` that
// stays on the session, and a leaked `insert_deduplication_token` makes later inserts vanish while reporting success.
// So one is refused here; write SETTINGS in the SQL instead.

import type { Readable } from 'node:stream';
import {
  ChdbConnection,
  type ConnBaseQueryParams,
  type ConnExecParams,
  type ConnInsertParams,
} from 'chdb/connection';

/** Settings that the adapter keeps to the call: they never become a `SET`. */
const HARMLESS = new Set(['default_format', 'wait_end_of_query', 'enable_http_compression']);

/** A `ChdbConnection` on which no per-query setting can outlive its query. */
export class GuardedChdbConnection extends ChdbConnection {
  override query(params: ConnBaseQueryParams): ReturnType<ChdbConnection['query']> {
    refuseSettings(params);
    return super.query(params);
  }

  override exec(params: ConnExecParams<Readable>): ReturnType<ChdbConnection['exec']> {
    refuseSettings(params);
    return super.exec(params);
  }

  override command(params: ConnBaseQueryParams): ReturnType<ChdbConnection['command']> {
    refuseSettings(params);
    return super.command(params);
  }

  override insert(params: ConnInsertParams<Readable>): ReturnType<ChdbConnection['insert']> {
    refuseSettings(params);
    return super.insert(params);
  }
}

function refuseSettings(params: Pick<ConnBaseQueryParams, 'clickhouse_settings'>): void {
  const leaking = Object.keys(params.clickhouse_settings ?? {}).filter((name) => !HARMLESS.has(name));
  if (leaking.length > 0) {
    throw new Error(
      `clickhouse_settings would stay on the embedded session: ${leaking.join(', ')}. Put SETTINGS in the SQL.`,
    );
  }
}
