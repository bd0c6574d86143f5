// The raw table: a row for each record of a batch, its latencies in an array, kept for 30 days. What the models and the
// dashboard read. Stored a row for each sample, the same cost the engine seven times as much (`npm run bench -- ingest`).

import { SAMPLE_DAYS } from './op-sample.ts';

/**
 * Devices are dealt out over this many shards by their hash, and shards come first in the order of the table: a query
 * over the whole fleet reads the first few of them, a fair sample of devices, and so keeps to its row budget.
 */
export const DEVICE_SHARDS = 64;

const table = (sdk: string, order: string, codec: string): string => `CREATE TABLE IF NOT EXISTS op_session (
  device_shard UInt8,
  device_class LowCardinality(String),
  operator LowCardinality(String),
  specialization LowCardinality(String),
  operator_variant LowCardinality(String),
  work_bucket UInt8,
  features Array(Float64) CODEC(ZSTD(1)),
  ts DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  tag LowCardinality(String),
  variant LowCardinality(String),
  node UInt32 CODEC(T64, ZSTD(1)),
  device UInt64 CODEC(ZSTD(1)),
  batch_id UUID CODEC(ZSTD(1)),${sdk}
  calls UInt64 CODEC(T64, ZSTD(1)),
  clock_ns Float64 CODEC(ZSTD(1)),
  cause Enum8('auto' = 0, 'explore' = 1, 'forced' = 2, 'bench' = 3),
  latencies Array(Float64) CODEC(${codec})
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (device_shard, ${order}, work_bucket, ts)
TTL toDateTime(received_at) + INTERVAL ${SAMPLE_DAYS} DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1`;

const select = (
  sdk: string,
): string => `SELECT toUInt8(device % ${DEVICE_SHARDS}) AS device_shard, device_class, operator,
  specialization, operator_variant, work_bucket, features, ts, received_at, tag, variant, node, device, batch_id,${sdk}
  sum(op_sample.calls) AS calls, clock_ns, cause, groupArray(latency_ns) AS latencies
FROM op_sample
GROUP BY device_class, operator, specialization, operator_variant, work_bucket, features, ts, received_at, tag, variant,
  node, device, batch_id,${sdk} clock_ns, cause`;

/** The table that migration 4 creates and migration 6 replaces, and how it is filled. */
export const CREATE_FIRST_OP_SESSION = table(
  '',
  'device_class, operator, specialization, operator_variant',
  'ZSTD(1)',
);
export const SELECT_FIRST_OP_SESSION = select('');

/**
 * Operators stand before classes: one operator over all classes, one function's calls and a share of a refit are each
 * one range of every shard. Latencies hold little that ZSTD could find: 7.0 bytes a sample instead of 7.8, for twice the
 * time of every query that reads them.
 */
export const CREATE_OP_SESSION = table(
  '\n  sdk LowCardinality(String),',
  'operator, specialization, device_class, operator_variant',
  'LZ4',
);

/** The rows of `op_session` that rows of the first `op_sample` amount to. */
export const SELECT_OP_SESSION = select(' sdk,');

/**
 * What the first `op_sample` holds, without batches that a stopped loader had begun and a spool still has: these have no
 * receipt. Receipts used to be kept for a fortnight.
 */
export const KEEP_SESSIONS = `INSERT INTO op_session ${SELECT_OP_SESSION.replace(
  'FROM op_sample\n',
  'FROM op_sample\nWHERE received_at < now() - INTERVAL 13 DAY OR batch_id IN (SELECT batch_id FROM receipt)\n',
)} SETTINGS max_bytes_before_external_group_by = 1000000000`;

/**
 * `op_sample` as a view: a row for each sample. A record's calls are shared out over its samples, so that their sum is
 * the record's.
 */
export const CREATE_OP_SAMPLE_VIEW = `CREATE VIEW IF NOT EXISTS op_sample AS
SELECT device_class, operator, specialization, operator_variant, features, work_bucket, ts, received_at, tag, variant,
  node, device, batch_id, sdk, latency_ns,
  intDiv(op_session.calls, length(latencies)) + (position <= op_session.calls % length(latencies)) AS calls, clock_ns,
  cause
FROM op_session
ARRAY JOIN latencies AS latency_ns, arrayEnumerate(latencies) AS position`;
