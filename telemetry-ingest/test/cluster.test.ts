// The cluster forms of the schema: every statement has one, ClickHouse's own parser reads it, and it says what it
// must. A cluster itself is not run here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CREATE_MIGRATION, CREATE_MIGRATION_TURN, clickHouseSchema, onCluster } from '@everypath/schema';
import { rows, useClickHouse } from './ingest-under-test.ts';

useClickHouse();

const { migrations, create = [] } = clickHouseSchema;
const all = [
  CREATE_MIGRATION,
  CREATE_MIGRATION_TURN,
  ...migrations.flatMap(({ statements }) => statements),
  ...create,
];
const clustered = all.flatMap((statement) => onCluster(statement, 'main'));
const find = (start: string): string => clustered.find((statement) => statement.startsWith(start)) ?? '';

test('every statement of the schema has a cluster form that ClickHouse can read', async () => {
  for (const statement of clustered) await rows(`EXPLAIN AST ${statement}`);
  for (const statement of clustered)
    assert.match(statement, /^INSERT|^ALTER TABLE receipt |ON CLUSTER `main`/);
  assert.throws(() => onCluster('OPTIMIZE TABLE op_sample', 'main'), /no cluster form/);
});

test('samples are sharded by device behind a Distributed table, and replicated', () => {
  assert.match(
    find('CREATE TABLE IF NOT EXISTS op_session_local'),
    /ENGINE = ReplicatedMergeTree\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/op_session', '\{replica\}'\)/,
  );
  assert.match(
    find('CREATE TABLE IF NOT EXISTS op_session_local'),
    /replicated_deduplication_window = 10000/,
  );
  assert.doesNotMatch(clustered.join('\n'), /non_replicated/);
  assert.match(
    find('CREATE TABLE IF NOT EXISTS op_session ON CLUSTER'),
    /AS op_session_local\nENGINE = Distributed\('main', currentDatabase\(\), 'op_session_local', device\)$/,
  );
  assert.match(find('CREATE VIEW IF NOT EXISTS op_sample ON CLUSTER `main` AS'), /FROM op_session\n/);
});

test('what decides whether a batch counts is one table on every node', () => {
  for (const table of ['receipt', 'batch_claim', 'claim_order']) {
    const statement = find(`CREATE TABLE IF NOT EXISTS ${table} ON CLUSTER`);
    assert.match(
      statement,
      new RegExp(`'/clickhouse/tables/all/\\{database\\}/${table}', '\\{shard\\}-\\{replica\\}'`),
    );
    assert.ok(!clustered.some((other) => other.includes(`${table}_local`)));
  }
});

test('views fill the shard that they stand on', () => {
  const view = find('CREATE MATERIALIZED VIEW IF NOT EXISTS op_hist_of_session');
  assert.match(view, /TO op_hist_local AS SELECT/);
  assert.match(view, /FROM op_session_local AS op_session\n/);
  assert.deepEqual(onCluster('ALTER TABLE op_session ADD COLUMN x UInt8', 'main'), [
    'ALTER TABLE op_session_local ON CLUSTER `main` ADD COLUMN x UInt8',
    'ALTER TABLE op_session ON CLUSTER `main` ADD COLUMN x UInt8',
  ]);
  assert.deepEqual(onCluster('ALTER TABLE op_session MODIFY TTL ts', 'main'), [
    'ALTER TABLE op_session_local ON CLUSTER `main` MODIFY TTL ts',
  ]);
  const kept = 'ALTER TABLE receipt MODIFY TTL received_at';
  assert.deepEqual(onCluster(kept, 'main'), [kept], 'one replicated table: Keeper tells the other nodes');
  assert.deepEqual(onCluster('DROP VIEW IF EXISTS v', 'main'), [
    'DROP VIEW IF EXISTS v ON CLUSTER `main` SYNC',
  ]);
});

test('engines keep their parameters and names keep to their quotes', () => {
  const [local = ''] = onCluster(
    'CREATE TABLE IF NOT EXISTS t (a UInt8) ENGINE = ReplacingMergeTree(a) ORDER BY a',
    'x`; DROP',
  );
  assert.match(local, /ReplicatedReplacingMergeTree\('[^']+', '[^']+', a\)/);
  assert.match(local, /ON CLUSTER `x; DROP`/);
});
