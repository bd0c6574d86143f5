// Every ClickHouse statement of the ingest, as text. A segment's frames are unfolded inside ClickHouse: one frame is
// a batch, its arrays are records.

import { CAUSES, DEVICE_SHARDS } from '@everypath/schema';
import { FRAME_COLUMNS } from '../spool/frame.ts';

const CAUSE_ENUM = `Enum8(${CAUSES.map((cause, index) => `'${cause}' = ${index}`).join(', ')})`;

const FRAME_STRUCTURE = FRAME_COLUMNS.join(', ');

/** Where the frames of a segment come from, and what an insert from there is told besides. */
export interface FrameSource {
  readonly frames: string;
  readonly settings: string;
}

/**
 * The frames of a file that the embedded engine reads itself. Its threads give way to those that acknowledge batches on
 * the same cores, where the process may say so (CAP_SYS_NICE); elsewhere the engine passes over the setting. By 4 steps:
 * p99 of an answer at half load 97 -> 53 ms on two busy cores, and no fewer stored; by 10 it is 46, and 11 % fewer.
 */
export const framesOfFile = (path: string): FrameSource => ({
  frames: `file(${literal(path)}, RowBinary, ${literal(FRAME_STRUCTURE)})`,
  settings: ', os_threads_nice_value_query = 4, os_threads_nice_value_materialized_view = 4',
});

/** The frames that follow the statement in the request's body. */
export const framesOfBody = (): FrameSource => ({
  frames: `input(${literal(FRAME_STRUCTURE)})`,
  settings: '',
});

/**
 * Settings of every insert, in its text: through the embedded adapter they would stay on the session.
 * One segment must become one block, because the token covers blocks: a retry that is cut differently counts twice.
 */
const settings = (token: string, source: FrameSource): string =>
  `SETTINGS insert_deduplication_token = ${literal(token)}, insert_deduplicate = 1, async_insert = 0,
  deduplicate_blocks_in_dependent_materialized_views = 1, distributed_foreground_insert = 1,
  max_threads = 1, max_insert_threads = 1, max_insert_block_size = 10000000,
  min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 0${source.settings}`;

/** Rows of `op_session`: a record each, its samples in an array. */
export const insertSessions = (token: string, source: FrameSource): string => `INSERT INTO op_session
  (device_shard, device_class, operator, specialization, operator_variant, work_bucket, features, ts, received_at, tag,
   variant, node, device, batch_id, sdk, calls, clock_ns, cause, latencies)
${settings(token, source)}
SELECT toUInt8(device % ${DEVICE_SHARDS}), device_class, record_operator, record_specialization, record_variant,
  record_bucket, record_features, fromUnixTimestamp64Milli(ts_ms, 'UTC'),
  fromUnixTimestamp64Milli(received_ms, 'UTC'), tag, variant, record_node, device, batch_id, sdk, record_calls,
  clock_ns, CAST(cause AS ${CAUSE_ENUM}), record_samples
FROM ${source.frames}
ARRAY JOIN operator AS record_operator, specialization AS record_specialization,
  operator_variant AS record_variant, features AS record_features, work_bucket AS record_bucket,
  node AS record_node, calls AS record_calls, samples_ns AS record_samples`;

export const insertRejected = (token: string, source: FrameSource): string => `INSERT INTO rejected
  (received_at, code, message, batch_id, tag, variant, device_class, node, samples)
${settings(token, source)}
SELECT fromUnixTimestamp64Milli(received_ms, 'UTC'), code, message, batch_id, tag, variant, device_class,
  record_node, record_samples
FROM ${source.frames}
ARRAY JOIN rejected_code AS code, rejected_message AS message, rejected_node AS record_node,
  rejected_samples AS record_samples`;

export const insertReceipts = (
  token: string,
  source: FrameSource,
  segment: string,
): string => `INSERT INTO receipt
  (batch_id, received_at, tag, variant, samples, rejected, segment)
${settings(token, source)}
SELECT batch_id, fromUnixTimestamp64Milli(received_ms, 'UTC'), tag, variant, samples, rejected, ${literal(segment)}
FROM ${source.frames}`;

/** Every sample of these devices. The histogram of days holds no devices, receipts and rejections neither. */
export const deleteDevices = (devices: readonly bigint[]): string =>
  `ALTER TABLE op_session DELETE WHERE device IN (${devices.join(', ')}) SETTINGS mutations_sync = 2`;

/** Which of these batches have a receipt, and from which segment. Ids in the text: a URL is too short for thousands. */
export const selectCounted = (batchIds: readonly string[]): string =>
  `SELECT toString(batch_id) AS id, any(segment) AS segment FROM receipt
WHERE batch_id IN (${batchIds.map(literal).join(', ')}) GROUP BY batch_id`;

/** A string as SQL writes it. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
