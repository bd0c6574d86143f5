// ClickHouse as the ingest uses it: which batches it has counted, and one segment's frames in, exactly once.
// Two forms of one interface: the embedded engine reads the segment where the spool wrote it, a server gets it as the
// body.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Claims, soleClaims } from './claims.ts';
import { migrateClickHouse } from './migrate.ts';
import type { ClickHouse } from './open.ts';
import {
  deleteDevices,
  type FrameSource,
  framesOfBody,
  framesOfFile,
  insertReceipts,
  insertRejected,
  insertSessions,
  selectCounted,
} from './statements.ts';

/** Whole frames of one segment, each batch once. */
export interface SegmentFrames {
  /** Deduplication token: the same id is counted once, whatever the attempt. */
  readonly id: string;
  readonly content: Buffer;
  /** A file that holds exactly the content, where there is one. */
  readonly path?: string;
  readonly samples: number;
  readonly rejected: number;
}

export interface ClickHouseStore extends Claims {
  /** Creates what is missing; returns the names of the migrations that ran. */
  migrate(): Promise<readonly string[]>;
  ping(): Promise<boolean>;
  /** Those of the batches that are counted already, each with the segment it came in. */
  counted(batchIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Stores samples, rejections and receipts. After any failure the same call heals it: nothing counts twice. */
  load(frames: SegmentFrames): Promise<void>;
  /** Deletes every stored sample of these devices; resolves when they are gone. */
  forget(devices: readonly bigint[]): Promise<void>;
}

/** Statement texts stay below ClickHouse's default `max_query_size` of 256 KiB. */
const IDS_PER_QUERY = 4_000;

/**
 * The store for a handle of either kind. `scratchDirectory` is where the embedded engine finds what it loads;
 * `claims` tells apart the instances that share a server.
 */
export function createClickHouseStore(
  clickhouse: Pick<ClickHouse, 'kind' | 'writer' | 'ensureDatabase' | 'cluster'>,
  scratchDirectory: string,
  claims: Claims = soleClaims,
): ClickHouseStore {
  const { writer } = clickhouse;
  return {
    ...claims,
    migrate: () => migrateClickHouse(clickhouse),
    async ping() {
      return (await writer.ping({ select: true })).success;
    },
    async counted(batchIds) {
      const counted = new Map<string, string>();
      for (let start = 0; start < batchIds.length; start += IDS_PER_QUERY) {
        const query = selectCounted(batchIds.slice(start, start + IDS_PER_QUERY));
        const result = await writer.query({ query, format: 'JSONEachRow' });
        for (const row of await result.json<{ id: string; segment: string }>())
          counted.set(row.id, row.segment);
      }
      return counted;
    },
    async forget(devices) {
      await writer.command({ query: deleteDevices(devices) });
    },
    load: (frames) =>
      clickhouse.kind === 'embedded'
        ? loadFromFile(writer, frames, scratchDirectory)
        : loadFromBody(writer, frames),
  };
}

/** The statements of one segment. Receipts come last: they say that the rest is in. */
function* inserts(segment: SegmentFrames, source: FrameSource): Generator<string> {
  if (segment.samples > 0) yield insertSessions(`${segment.id}/op_session`, source);
  if (segment.rejected > 0) yield insertRejected(`${segment.id}/rejected`, source);
  yield insertReceipts(`${segment.id}/receipt`, source, segment.id);
}

async function loadFromFile(
  writer: ClickHouseClient,
  segment: SegmentFrames,
  directory: string,
): Promise<void> {
  if (segment.path !== undefined) return await loadFile(writer, segment, segment.path);
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${segment.id}.rowbinary`);
  await writeFile(path, segment.content);
  try {
    await loadFile(writer, segment, path);
  } finally {
    await rm(path, { force: true });
  }
}

async function loadFile(writer: ClickHouseClient, segment: SegmentFrames, path: string): Promise<void> {
  for (const query of inserts(segment, framesOfFile(resolve(path)))) await writer.command({ query });
}

async function loadFromBody(writer: ClickHouseClient, segment: SegmentFrames): Promise<void> {
  for (const statement of inserts(segment, framesOfBody())) {
    const { stream } = await writer.exec({
      query: `${statement}\nFORMAT RowBinary`,
      values: Readable.from([segment.content], { objectMode: false }),
      clickhouse_settings: { wait_end_of_query: 1 },
    });
    // The answer is empty, and the insert is complete only when it has ended.
    for await (const _ of stream);
  }
}

/** ClickHouse error codes that say the data itself is at fault: trying again cannot help. */
const POISON_CODES: ReadonlySet<number> = new Set([
  6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 190, 349, 376, 467, 691,
]);

/** Whether loading failed because of what the segment holds, and not because of ClickHouse's state. */
export function isPoison(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return (typeof code === 'string' || typeof code === 'number') && POISON_CODES.has(Number(code));
}
