// Which instance counts a batch that reached several of them. Claims say who holds a copy; the order, in which each
// position is taken once, says whose claim came first. Written before the samples, kept as long as receipts.

import { RECEIPT_DAYS } from './receipt.ts';

/** One row for each batch of a claim. A claim without a row in `claim_order` counts for nothing. */
export const CREATE_BATCH_CLAIM = `CREATE TABLE IF NOT EXISTS batch_claim (
  batch_id UUID,
  claim UUID,
  spool UUID,
  claimed_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
PARTITION BY toMonday(claimed_at)
ORDER BY batch_id
TTL toDateTime(claimed_at) + INTERVAL ${RECEIPT_DAYS} DAY
SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1`;

/** A position is taken by an insert whose deduplication token it is: of two inserts one is kept. */
export const CREATE_CLAIM_ORDER = `CREATE TABLE IF NOT EXISTS claim_order (
  position UInt64,
  claim UUID,
  claimed_at DateTime64(3, 'UTC') DEFAULT now64(3),
  INDEX by_claim claim TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY position
TTL toDateTime(claimed_at) + INTERVAL ${RECEIPT_DAYS} DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1`;
