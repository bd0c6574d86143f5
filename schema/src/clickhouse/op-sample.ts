// One row for each latency sample of one operator call on one device: the raw table of the first databases, a view of
// `op_session` since (migration 7). The bucket of a call's size is here too.

/** Days that samples stay; the histogram in `op_hist` outlives it. */
export const SAMPLE_DAYS = 30;

/** What stands for the whole call in `op_sample`: specialization is the tag, operator_variant the variant id. */
export const WHOLE_CALL_OPERATOR = 'everypath.call';

/** The table that migration 1 creates and migration 7 replaces. */
export const CREATE_OP_SAMPLE = `CREATE TABLE IF NOT EXISTS op_sample (
  device_class LowCardinality(String),
  operator LowCardinality(String),
  specialization LowCardinality(String),
  operator_variant LowCardinality(String),
  features Array(Float64) CODEC(ZSTD(1)),
  work_bucket UInt8,
  ts DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  tag LowCardinality(String),
  variant LowCardinality(String),
  node UInt32 CODEC(T64, ZSTD(1)),
  device UInt64 CODEC(ZSTD(1)),
  batch_id UUID CODEC(ZSTD(1)),
  sdk LowCardinality(String),
  latency_ns Float64 CODEC(ZSTD(1)),
  calls UInt64 CODEC(T64, ZSTD(1)),
  clock_ns Float64 CODEC(ZSTD(1)),
  cause Enum8('auto' = 0, 'explore' = 1, 'forced' = 2, 'bench' = 3)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (device_class, operator, specialization, operator_variant, work_bucket, ts)
TTL toDateTime(received_at) + INTERVAL ${SAMPLE_DAYS} DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1`;

/**
 * The cell of a call's size: 0 when its size is unknown or nil, else 1 + floor(log2(product of its features)), at
 * most 255. Two calls of one bucket differ by less than a factor of two in work.
 */
export function workBucket(features: readonly number[]): number {
  if (features.length === 0) return 0;
  let exponent = 0;
  for (const feature of features) {
    if (!(feature >= 1)) return 0;
    exponent += Math.log2(feature);
  }
  // The product of exact powers of two may come out a hair below its exponent.
  return Math.min(255, 1 + Math.floor(exponent + 1e-9));
}
