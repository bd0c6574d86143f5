// The history of the ClickHouse schema. Append only: a migration that has run somewhere never changes.
// Every statement may run twice, because a crash between a statement and its record runs the migration again.

import { CREATE_BATCH_CLAIM, CREATE_CLAIM_ORDER } from './claim.ts';
import { CREATE_OP_HIST, CREATE_OP_HIST_OF_SESSION, CREATE_OP_HIST_VIEW, SELECT_OP_HIST } from './op-hist.ts';
import { CREATE_OP_SAMPLE } from './op-sample.ts';
import {
  CREATE_FIRST_OP_SESSION,
  CREATE_OP_SAMPLE_VIEW,
  CREATE_OP_SESSION,
  KEEP_SESSIONS,
  SELECT_FIRST_OP_SESSION,
} from './op-session.ts';
import { CREATE_RECEIPT, CREATE_REJECTED, KEEP_RECEIPTS } from './receipt.ts';

export interface ClickHouseMigration {
  /** 1, 2, 3, …: the order in which they run. */
  readonly id: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** How a database comes to the present schema. */
export interface ClickHouseSchema {
  /** For a database from before. */
  readonly migrations: readonly ClickHouseMigration[];
  /**
   * For an empty one: the tables and views that the migrations end in. These statements only add, so that instances may
   * run them at the same time, or again later, without one taking away what another has.
   */
  readonly create?: readonly string[];
}

/** Records which migrations have run. */
export const CREATE_MIGRATION = `CREATE TABLE IF NOT EXISTS schema_migration (
  id UInt32,
  name String,
  applied_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/** Whose turn it is to migrate: positions as in `claim_order`. */
export const CREATE_MIGRATION_TURN = `CREATE TABLE IF NOT EXISTS migration_turn (
  position UInt64,
  claim UUID,
  claimed_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY position
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`;

const migrations: readonly ClickHouseMigration[] = [
  {
    id: 1,
    name: 'samples, receipts, rejections',
    statements: [CREATE_OP_SAMPLE, CREATE_RECEIPT, CREATE_REJECTED],
  },
  {
    id: 2,
    name: 'daily histograms',
    // Without the view nothing else writes to op_hist, so filling it from the samples kept so far can start afresh.
    statements: [
      'DROP VIEW IF EXISTS op_hist_of_sample',
      CREATE_OP_HIST,
      'TRUNCATE TABLE op_hist',
      `INSERT INTO op_hist ${SELECT_OP_HIST}`,
      CREATE_OP_HIST_VIEW,
    ],
  },
  { id: 3, name: 'claims of instances', statements: [CREATE_BATCH_CLAIM, CREATE_CLAIM_ORDER] },
  {
    id: 4,
    name: 'sessions',
    statements: [
      CREATE_FIRST_OP_SESSION,
      'TRUNCATE TABLE op_session',
      `INSERT INTO op_session ${SELECT_FIRST_OP_SESSION} SETTINGS max_bytes_before_external_group_by = 1000000000`,
    ],
  },
  { id: 5, name: 'receipts outlive tokens', statements: [KEEP_RECEIPTS] },
  {
    id: 6,
    name: 'sessions by operator',
    // A segment that an older version was stopped in the middle of is loaded again, and fills the histogram again.
    statements: [
      'DROP VIEW IF EXISTS op_hist_of_sample',
      'DROP VIEW IF EXISTS op_hist_of_session',
      'DROP TABLE IF EXISTS op_session',
      CREATE_OP_SESSION,
      KEEP_SESSIONS,
      CREATE_OP_HIST_OF_SESSION,
    ],
  },
  {
    id: 7,
    name: 'samples are stored once, in sessions',
    statements: ['DROP TABLE IF EXISTS op_sample', CREATE_OP_SAMPLE_VIEW],
  },
];

export const clickHouseSchema: ClickHouseSchema = {
  migrations,
  create: [
    CREATE_OP_SESSION,
    CREATE_OP_HIST,
    CREATE_OP_HIST_OF_SESSION,
    CREATE_OP_SAMPLE_VIEW,
    CREATE_RECEIPT,
    KEEP_RECEIPTS,
    CREATE_REJECTED,
    CREATE_BATCH_CLAIM,
    CREATE_CLAIM_ORDER,
  ],
};
