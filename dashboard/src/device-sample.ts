// Which devices a query reads, so that it stays within a budget of rows. Shards of devices come first in the order of
// `op_session`, so the first few of them are a fair sample of the fleet, and lie together.

import { DEVICE_SHARDS } from '@everypath/schema';

/** Rows of the devices in the sample. */
export const SAMPLED = `device_shard < {shards:UInt8} AND intDiv(device, ${DEVICE_SHARDS}) % {stride:UInt32} = 0`;

export interface DeviceSample {
  readonly shards: number;
  /** One device in how many counts: above 1 where even a shard is too large. */
  readonly stride: number;
}

export interface DeviceSampler {
  /** For estimates by group, which rest on what is read: 5,000 rows take less than a tenth of a second. */
  forGroups(where: string, parameters: Record<string, unknown>): Promise<DeviceSample>;
  /** For counts over the whole table: a million rows. Counts are to be multiplied by `scale`. */
  forScan(): Promise<DeviceSample & { readonly scale: number }>;
}

const GROUPED_ROWS = 5_000;
/** Another shard takes as long as so many rows: its rows lie in granules of their own. */
const ROWS_OF_A_SHARD = 90;
const costOf = (rows: number): number => (rows > 0 ? rows + ROWS_OF_A_SHARD : 0);
const SCANNED_ROWS = 1_000_000;
/** They tell how large the others are. */
const FIRST_SHARDS = 8;

type Rows = <Row>(query: string, parameters: Record<string, unknown>) => Promise<Row[]>;

/** `filter`: the condition that all queries share, over the parameters that they are given. */
export function createDeviceSampler(rows: Rows, filter: string): DeviceSampler {
  const shardSizes = async (shards: number, where: string, parameters: Record<string, unknown>) => {
    const sizes = Array.from({ length: shards }, () => 0);
    const counted = await rows<{ shard: number; n: number }>(
      `SELECT device_shard AS shard, toFloat64(count()) AS n FROM op_session
       WHERE ${SAMPLED} AND ${filter} AND ${where} GROUP BY shard`,
      { ...parameters, shards, stride: 1 },
    );
    for (const { shard, n } of counted) sizes[shard] = n;
    return sizes;
  };
  return {
    async forGroups(where, parameters) {
      const sizes = await shardSizes(FIRST_SHARDS, where, parameters);
      const [first = 0] = sizes;
      if (first > GROUPED_ROWS) return { shards: 1, stride: Math.ceil(first / GROUPED_ROWS) };
      const within = shardsWithin(sizes);
      if (within < FIRST_SHARDS) return { shards: within, stride: 1 };
      const largest = Math.max(...sizes);
      const all = (sizes.reduce((sum, size) => sum + size, 0) * DEVICE_SHARDS) / FIRST_SHARDS;
      if (all < GROUPED_ROWS / 2) return { shards: DEVICE_SHARDS, stride: 1 };
      // Many devices fill shards evenly, and the largest stands for the rest; few do not, and all are counted.
      const even = largest * DEVICE_SHARDS < 2 * all;
      const shards = even
        ? Math.floor(GROUPED_ROWS / costOf(largest))
        : shardsWithin(await shardSizes(DEVICE_SHARDS, where, parameters));
      return { shards: Math.min(DEVICE_SHARDS, Math.max(FIRST_SHARDS, shards)), stride: 1 };
    },
    async forScan() {
      const [row] = await rows<{ n: number }>('SELECT toFloat64(count()) AS n FROM op_session', {});
      const share = SCANNED_ROWS / Math.max(SCANNED_ROWS, row?.n ?? 0);
      const shards = Math.max(1, Math.floor(DEVICE_SHARDS * share));
      return { shards, stride: 1, scale: DEVICE_SHARDS / shards };
    },
  };
}

/** How many shards together cost no more than the budget. */
function shardsWithin(sizes: readonly number[]): number {
  let cost = 0;
  for (const [shards, size] of sizes.entries()) {
    cost += costOf(size);
    if (cost > GROUPED_ROWS) return shards;
  }
  return sizes.length;
}
