// The ingest's numbers for Prometheus: the ledger first, then what explains it. Counters are read from the parts that
// keep them, at the moment of asking; only durations are recorded as they happen.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { IngestStats } from './ingest.ts';

/** What the loader asks of ClickHouse. */
export type ClickHouseCall = 'counted' | 'claim' | 'load';

export interface IngestMetrics {
  observeClickHouse(call: ClickHouseCall, seconds: number, failed: boolean): void;
  /** Prometheus text format 0.0.4. */
  text(): Promise<string>;
}

const STATES = ['stored', 'rejected', 'duplicate', 'spooled', 'setAside'] as const;
const BOUNDS_S = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

type Reading = number | Readonly<Record<string, number>>;

/** Metrics of one ingest, in a registry of their own. */
export function createIngestMetrics(stats: () => IngestStats): IngestMetrics {
  const registry = new Registry();
  const family = (
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    label: string,
    read: () => Reading,
  ) => {
    const full = `everypath_ingest_${name}`;
    const labelNames = label === '' ? [] : [label];
    const write = (
      metric: Counter | Gauge,
      set: (labels: Record<string, string>, value: number) => void,
    ): void => {
      const reading = read();
      metric.reset();
      if (typeof reading === 'number') set({}, reading);
      else for (const [key, value] of Object.entries(reading)) set({ [label]: key }, value);
    };
    const options = { name: full, help, labelNames, registers: [registry] };
    if (kind === 'gauge') {
      const gauge: Gauge = new Gauge({
        ...options,
        collect: () => write(gauge, (labels, value) => gauge.set(labels, value)),
      });
    } else {
      const counter: Counter = new Counter({
        ...options,
        name: `${full}_total`,
        collect: () => write(counter, (labels, value) => counter.inc(labels, value)),
      });
    }
  };

  family(
    'counter',
    'samples_received',
    'Samples acknowledged or found in the spool.',
    '',
    () => stats().ledger.received,
  );
  family('gauge', 'samples', 'Where the received samples are; the sum is samples_received.', 'state', () => {
    const { ledger } = stats();
    return Object.fromEntries(STATES.map((state) => [state, ledger[state]]));
  });
  family('counter', 'batches', 'Batches acknowledged for the first time.', '', () => stats().batches);
  family(
    'counter',
    'duplicate_batches',
    'Batches recognised as sent before.',
    '',
    () => stats().duplicateBatches,
  );
  family('counter', 'rejected_samples', 'Rejected samples by reason.', 'code', () => stats().rejectedBy);
  family('counter', 'answers', 'Requests by answer.', 'answer', () => stats().answers);
  family(
    'counter',
    'corrected_clocks',
    'Batches whose device clock was wrong.',
    '',
    () => stats().correctedClocks,
  );
  family('gauge', 'spool_bytes', 'Bytes that wait for ClickHouse.', '', () => stats().spoolBytes);
  family(
    'gauge',
    'spool_limit_bytes',
    'Bytes that may wait before batches are refused.',
    '',
    () => stats().spoolLimitBytes,
  );
  family(
    'gauge',
    'lag_seconds',
    'Age of the oldest sample that waits for ClickHouse.',
    '',
    () => stats().lagMs / 1_000,
  );
  family(
    'gauge',
    'waiting_segments',
    'Segments that wait for another instance to store its copy of a batch.',
    '',
    () => stats().waitingSegments,
  );
  family('counter', 'segments_loaded', 'Segments loaded.', '', () => stats().segments);
  family('counter', 'load_failures', 'Failed attempts to load.', '', () => stats().loadFailures);
  family(
    'counter',
    'poison_segments',
    'Batches that ClickHouse refused, set aside.',
    '',
    () => stats().poisonSegments,
  );
  family(
    'counter',
    'damaged_lines',
    'Places in the spool that failed their checksum.',
    '',
    () => stats().damagedLines,
  );

  const clickhouse = new Histogram({
    name: 'everypath_ingest_clickhouse_seconds',
    help: 'Time that ClickHouse took to answer; load is the insert of one segment.',
    labelNames: ['call', 'result'],
    buckets: BOUNDS_S,
    registers: [registry],
  });
  return {
    observeClickHouse: (call, seconds, failed) =>
      clickhouse.observe({ call, result: failed ? 'failed' : 'ok' }, seconds),
    text: () => registry.metrics(),
  };
}
