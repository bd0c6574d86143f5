// What the engine alone stores: the rows that the service stored, from a RowBinary file, into a table like `op_sample`,
// in the fastest of the ways that we know, with and without the daily histogram that every stored sample feeds.

import { join } from 'node:path';
import { CREATE_OP_HIST, CREATE_OP_HIST_VIEW, CREATE_OP_SAMPLE } from '@everypath/schema';
import type { ClickHouse } from '@everypath/telemetry-ingest';

export interface Ceiling {
  /** Rows a second. */
  measure(table: 'bare' | 'viewed'): Promise<number>;
}

const ROWS = 1_000_000;

/** Writes the file from what `op_sample` holds. */
export async function openCeiling({ writer }: ClickHouse, root: string): Promise<Ceiling> {
  const run = async (query: string): Promise<void> => void (await writer.command({ query }));
  const file = join(root, 'rows.bin');
  await run(CREATE_OP_SAMPLE.replace('op_sample', 'bare'));
  await run(CREATE_OP_SAMPLE.replace('op_sample', 'viewed'));
  await run(CREATE_OP_HIST.replace('op_hist', 'viewed_hist'));
  const view = CREATE_OP_HIST_VIEW.replace('op_hist_of_sample', 'viewed_view');
  await run(view.replace('TO op_hist', 'TO viewed_hist').replaceAll('op_sample', 'viewed'));
  await run(`SELECT * FROM op_sample LIMIT ${ROWS} INTO OUTFILE '${file}' FORMAT RowBinary`);
  const described = await writer.query({ query: 'DESCRIBE bare', format: 'JSONEachRow' });
  const columns = await described.json<{ name: string; type: string }>();
  // Read as plain strings: the engine parses a LowCardinality column row by row, three times as slowly.
  const structure = columns
    .map(({ name, type }) => `${name} ${type.replace('LowCardinality(String)', 'String')}`)
    .join(', ')
    .replaceAll("'", "\\'");
  return {
    async measure(table) {
      await run(`TRUNCATE TABLE ${table}`);
      const startMs = performance.now();
      await run(
        `INSERT INTO ${table} SELECT * FROM file('${file}', RowBinary, '${structure}') SETTINGS max_insert_threads = 1`,
      );
      const ms = performance.now() - startMs;
      const counted = await writer.query({
        query: `SELECT count() AS n FROM ${table}`,
        format: 'JSONEachRow',
      });
      const rows = Number((await counted.json<{ n: number | string }>())[0]?.n);
      return (rows / ms) * 1e3;
    },
  };
}
