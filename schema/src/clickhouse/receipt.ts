// What was counted and what was not: a receipt for each batch, a row for each rejected record.

/**
 * Days over which a batch that is sent again is recognised: longer than any token is taken, so that a batch which can
 * still be counted has its receipt if it was.
 */
export const RECEIPT_DAYS = 30;

/** The life that receipts began with. */
const FIRST_RECEIPT_DAYS = 14;

export const CREATE_RECEIPT = `CREATE TABLE IF NOT EXISTS receipt (
  batch_id UUID,
  received_at DateTime64(3, 'UTC'),
  tag LowCardinality(String),
  variant LowCardinality(String),
  samples UInt32,
  rejected UInt32,
  segment LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toMonday(received_at)
ORDER BY batch_id
TTL toDateTime(received_at) + INTERVAL ${FIRST_RECEIPT_DAYS} DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1`;

export const KEEP_RECEIPTS = `ALTER TABLE receipt MODIFY TTL toDateTime(received_at) + INTERVAL ${RECEIPT_DAYS} DAY`;

export const CREATE_REJECTED = `CREATE TABLE IF NOT EXISTS rejected (
  received_at DateTime64(3, 'UTC'),
  code LowCardinality(String),
  message String,
  batch_id UUID,
  tag LowCardinality(String),
  variant LowCardinality(String),
  device_class LowCardinality(String),
  node UInt32,
  samples UInt32
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (code, received_at)
TTL toDateTime(received_at) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1`;
