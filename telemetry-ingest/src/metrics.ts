// The ingest's numbers as Prometheus text: the ledger first, then what explains it.

import type { IngestStats } from './ingest.ts';

/** Prometheus text format 0.0.4. */
export function formatMetrics(stats: IngestStats): string {
  const { ledger } = stats;
  const states = ['stored', 'rejected', 'duplicate', 'spooled', 'setAside'] as const;
  return [
    ...family('everypath_ingest_samples_received', 'counter', 'Samples acknowledged or found in the spool.', [
      ['', ledger.received],
    ]),
    ...family(
      'everypath_ingest_samples',
      'gauge',
      'Where the received samples are; the sum is everypath_ingest_samples_received.',
      states.map((state) => [`{state="${state}"}`, ledger[state]]),
    ),
    ...family(
      'everypath_ingest_rejected_samples',
      'counter',
      'Rejected samples by reason.',
      Object.entries(stats.rejectedBy).map(([code, samples]) => [`{code="${code}"}`, samples]),
    ),
    ...family(
      'everypath_ingest_answers',
      'counter',
      'Requests by answer.',
      Object.entries(stats.answers).map(([answer, requests]) => [`{answer="${answer}"}`, requests]),
    ),
    ...family('everypath_ingest_spool_bytes', 'gauge', 'Bytes that wait for ClickHouse.', [
      ['', stats.spoolBytes],
    ]),
    ...family('everypath_ingest_segments_loaded', 'counter', 'Segments loaded.', [['', stats.segments]]),
    ...family('everypath_ingest_load_failures', 'counter', 'Failed attempts to load.', [
      ['', stats.loadFailures],
    ]),
    ...family('everypath_ingest_poison_segments', 'counter', 'Segments that ClickHouse refused, set aside.', [
      ['', stats.poisonSegments],
    ]),
    ...family('everypath_ingest_damaged_lines', 'counter', 'Lines that failed their checksum.', [
      ['', stats.damagedLines],
    ]),
    ...family('everypath_ingest_corrected_clocks', 'counter', 'Batches whose device clock was wrong.', [
      ['', stats.correctedClocks],
    ]),
  ].join('\n');
}

function family(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
): readonly string[] {
  const full = type === 'counter' ? `${name}_total` : name;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} ${type}`,
    ...samples.map(([labels, value]) => `${full}${labels} ${value}`),
    '',
  ];
}
