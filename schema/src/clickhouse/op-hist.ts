// The daily histogram of latencies: sixteen buckets to an octave (each 4.4 % wide), kept for good, filled by a
// materialised view. It merges exactly over days, classes and devices, which quantile sketches do not.

export const BUCKETS_PER_OCTAVE = 16;

/** Buckets above 2^40 ns (18 minutes) are one. */
export const LAST_LATENCY_BUCKET = 40 * BUCKETS_PER_OCTAVE;

export const CREATE_OP_HIST = `CREATE TABLE IF NOT EXISTS op_hist (
  device_class LowCardinality(String),
  operator LowCardinality(String),
  specialization LowCardinality(String),
  operator_variant LowCardinality(String),
  work_bucket UInt8,
  cause Enum8('auto' = 0, 'explore' = 1, 'forced' = 2, 'bench' = 3),
  day Date,
  latency_bucket UInt16,
  samples SimpleAggregateFunction(sum, UInt64),
  calls SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (device_class, operator, specialization, operator_variant, work_bucket, cause, day, latency_bucket)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`;

/** The rows of `op_hist` that rows of `op_sample` amount to. The day is the server's, never a client's. */
export const SELECT_OP_HIST = `SELECT device_class, operator, specialization, operator_variant, work_bucket, cause,
  toDate(received_at, 'UTC') AS day,
  toUInt16(least(${LAST_LATENCY_BUCKET}, floor(${BUCKETS_PER_OCTAVE} * log2(greatest(1., latency_ns))))) AS latency_bucket,
  count() AS samples,
  sum(op_sample.calls) AS calls
FROM op_sample
GROUP BY device_class, operator, specialization, operator_variant, work_bucket, cause, day, latency_bucket`;

/** The view that migration 2 creates and migration 6 replaces. */
export const CREATE_OP_HIST_VIEW = `CREATE MATERIALIZED VIEW IF NOT EXISTS op_hist_of_sample TO op_hist AS ${SELECT_OP_HIST}`;

/**
 * Fills the histogram from sessions. Grouped by a hash of the cell: by its seven columns it takes twice as long. The hash
 * has 128 bits, because devices name their class.
 */
export const CREATE_OP_HIST_OF_SESSION = `CREATE MATERIALIZED VIEW IF NOT EXISTS op_hist_of_session TO op_hist AS SELECT
  any(device_class) AS device_class, any(operator) AS operator, any(specialization) AS specialization,
  any(operator_variant) AS operator_variant, any(work_bucket) AS work_bucket, any(cause) AS cause, any(received_day) AS day,
  toUInt16(least(${LAST_LATENCY_BUCKET}, floor(${BUCKETS_PER_OCTAVE} * log2(greatest(1., latency_ns))))) AS latency_bucket,
  count() AS samples,
  sum(intDiv(record_calls, kept) + (position <= record_calls % kept)) AS calls
FROM (
  SELECT device_class, operator, specialization, operator_variant, work_bucket, cause,
    toDate(received_at, 'UTC') AS received_day, latencies, length(latencies) AS kept, op_session.calls AS record_calls,
    sipHash128(device_class, operator, specialization, operator_variant, work_bucket, cause, received_day) AS cell
  FROM op_session
)
ARRAY JOIN latencies AS latency_ns, arrayEnumerate(latencies) AS position
GROUP BY cell, latency_bucket`;

/** The bucket of a latency, as the materialised view computes it. */
export const latencyBucket = (latencyNs: number): number =>
  Math.min(LAST_LATENCY_BUCKET, Math.floor(BUCKETS_PER_OCTAVE * Math.log2(Math.max(1, latencyNs))));

/** The latency in the middle of a bucket (geometric), in ns. */
export const latencyOfBucket = (bucket: number): number => 2 ** ((bucket + 0.5) / BUCKETS_PER_OCTAVE);
