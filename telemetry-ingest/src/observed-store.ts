// The ClickHouse store with a stopwatch and a span around each call. Changes nothing of what the calls do.

import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ClickHouseStore } from './clickhouse/store.ts';
import type { ClickHouseCall, IngestMetrics } from './metrics.ts';

const tracer = trace.getTracer('@everypath/telemetry-ingest');

/** `ticksMs` is a monotonic clock in milliseconds. */
export function observeStore(
  store: ClickHouseStore,
  metrics: Pick<IngestMetrics, 'observeClickHouse'>,
  ticksMs: () => number,
): ClickHouseStore {
  const observed = async <T>(
    call: ClickHouseCall,
    attributes: Attributes,
    run: () => Promise<T>,
  ): Promise<T> =>
    tracer.startActiveSpan(`clickhouse ${call}`, { attributes }, async (span) => {
      const startMs = ticksMs();
      let failed = true;
      try {
        const value = await run();
        failed = false;
        return value;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(error).slice(0, 500) });
        throw error;
      } finally {
        span.end();
        metrics.observeClickHouse(call, (ticksMs() - startMs) / 1_000, failed);
      }
    });
  return {
    ...store,
    counted: (ids) => observed('counted', { 'everypath.batches': ids.length }, () => store.counted(ids)),
    claim: (ids, again) =>
      observed('claim', { 'everypath.batches': ids.length }, () => store.claim(ids, again)),
    load: (frames) =>
      observed(
        'load',
        {
          'everypath.segment': frames.id,
          'everypath.samples': frames.samples,
          'everypath.bytes': frames.content.length,
        },
        () => store.load(frames),
      ),
  };
}
