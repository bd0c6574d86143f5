// The same tables on a cluster: what is large is sharded (`…_local`, replicated, behind a `Distributed` table of the
// plain name), what decides whether a batch counts is one replicated table on every node, so that there is one order
// of claims. A pure rewriting of the statements in this folder; one that it does not know it refuses.

/** How each table is spread. Sharded by device, a device's samples stay together: its median needs one shard. */
const SHARDING_KEYS: Readonly<Record<string, string>> = {
  op_sample: 'device',
  op_session: 'device',
  op_hist: 'sipHash64(device_class, operator)',
  rejected: 'sipHash64(batch_id)',
};

/** Blocks and seconds for which Keeper remembers a deduplication token: as long as receipts are kept. */
const REPLICATED_WINDOW =
  'replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000';

const ENGINE = /ENGINE = (\w*MergeTree)\b(\(([^)]*)\))?/;

/**
 * The statements that do on the cluster `name` what `statement` does on one server. Replicas are found by the server's
 * own macros `{shard}` and `{replica}`.
 */
export function onCluster(statement: string, name: string): readonly string[] {
  const cluster = `ON CLUSTER \`${name.replaceAll('`', '')}\``;
  const text = statement.trim();
  const table = /^CREATE TABLE IF NOT EXISTS (\w+) \(/.exec(text)?.[1];
  if (table !== undefined) return createTable(text, table, name, cluster);

  const view =
    /^CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+) TO (\w+) AS ([\s\S]*\bFROM )(\w+)([\s\S]*)$/.exec(text);
  if (view) {
    const [, viewName, target = '', before, source = '', after] = view;
    const from = !isSharded(source) ? source : `${local(source)} AS ${source}`;
    return [
      `CREATE MATERIALIZED VIEW IF NOT EXISTS ${viewName} ${cluster} TO ${local(target)} AS ${before}${from}${after}`,
    ];
  }

  const plainView = /^CREATE VIEW IF NOT EXISTS (\w+) (AS\s[\s\S]+)$/.exec(text);
  if (plainView) return [`CREATE VIEW IF NOT EXISTS ${plainView[1]} ${cluster} ${plainView[2]}`];

  const drop = /^DROP (VIEW|TABLE) IF EXISTS (\w+)$/.exec(text);
  if (drop) {
    const [, kind, dropped = ''] = drop;
    const plain = `DROP ${kind} IF EXISTS ${dropped} ${cluster} SYNC`;
    return !isSharded(dropped) ? [plain] : [plain, `DROP TABLE IF EXISTS ${local(dropped)} ${cluster} SYNC`];
  }

  const truncated = /^TRUNCATE TABLE (\w+)$/.exec(text)?.[1];
  if (truncated !== undefined) {
    return isSharded(truncated) ? [`TRUNCATE TABLE ${local(truncated)} ${cluster}`] : [text];
  }

  const alter = /^ALTER TABLE (\w+) ((?:ADD|DROP|MODIFY|RENAME) [\s\S]+)$/.exec(text);
  if (alter) {
    const [, altered = '', change = ''] = alter;
    // Keeper tells the other nodes.
    if (!isSharded(altered)) return [text];
    const stored = `ALTER TABLE ${local(altered)} ${cluster} ${change}`;
    // The table in front knows columns, and nothing of how they are stored.
    const isColumn = /^(ADD|DROP|RENAME) COLUMN /.test(change);
    return isColumn ? [stored, `ALTER TABLE ${altered} ${cluster} ${change}`] : [stored];
  }

  // Rows go through the table in front, which sends each to its shard.
  if (/^INSERT INTO \w+ /.test(text)) return [text];
  throw new Error(`no cluster form of: ${text.slice(0, 80)}`);
}

const isSharded = (table: string): boolean => SHARDING_KEYS[table] !== undefined;
const local = (table: string): string => (isSharded(table) ? `${table}_local` : table);

function createTable(text: string, table: string, name: string, cluster: string): readonly string[] {
  const key = SHARDING_KEYS[table];
  // A table that is not sharded has one copy on every node of every shard, under one path.
  const path =
    key === undefined
      ? `/clickhouse/tables/all/{database}/${table}`
      : `/clickhouse/tables/{shard}/{database}/${table}`;
  const replica = key === undefined ? '{shard}-{replica}' : '{replica}';
  if (!ENGINE.test(text)) throw new Error(`${table} has no MergeTree engine to replicate`);
  const stored = text
    .replace(
      `CREATE TABLE IF NOT EXISTS ${table} (`,
      `CREATE TABLE IF NOT EXISTS ${local(table)} ${cluster} (`,
    )
    .replace(ENGINE, (_, engine: string, __: string | undefined, given: string | undefined) => {
      const parameters = [`'${path}'`, `'${replica}'`, ...(given ? [given] : [])];
      return `ENGINE = Replicated${engine}(${parameters.join(', ')})`;
    })
    .replace(/non_replicated_deduplication_window = \d+/, REPLICATED_WINDOW);
  if (key === undefined) return [stored];
  const front = `CREATE TABLE IF NOT EXISTS ${table} ${cluster} AS ${local(table)}
ENGINE = Distributed('${name.replaceAll("'", '')}', currentDatabase(), '${local(table)}', ${key})`;
  return [stored, front];
}
