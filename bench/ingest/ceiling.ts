// What the engine alone stores, from RowBinary files of the rows that the service stored, in the fastest of the ways that
// we know: a row for each sample into the table that a row a sample would need; and the very rows of `op_session`, into a
// table like it, with the histogram that they feed and without.

import { join } from 'node:path';
import {
  CREATE_OP_HIST,
  CREATE_OP_HIST_OF_SESSION,
  CREATE_OP_SAMPLE,
  CREATE_OP_SESSION,
} from '@everypath/schema';
import type { ClickHouse } from '@everypath/telemetry-ingest';
import { secondsBetween, threadSeconds } from './threads.ts';

export type CeilingTable = 'row_a_sample' | 'sessions' | 'sessions_and_histogram';

/** Samples a second, and seconds of processor time for a million of them (NaN where the system does not tell). */
export interface Ceiling {
  measure(table: CeilingTable): Promise<{ readonly perSecond: number; readonly cpuPerMillion: number }>;
}

const SAMPLES = 1_000_000;

/** Writes the files from what `op_session` holds. */
export async function openCeiling({ writer }: ClickHouse, root: string): Promise<Ceiling> {
  const run = async (query: string): Promise<void> => void (await writer.command({ query }));
  const rows = async <Row>(query: string): Promise<Row[]> =>
    (await writer.query({ query, format: 'JSONEachRow' })).json<Row>();
  await run(CREATE_OP_SAMPLE.replace('op_sample', 'row_a_sample'));
  for (const table of ['sessions', 'sessions_and_histogram']) {
    await run(CREATE_OP_SESSION.replace('op_session', table));
  }
  await run(CREATE_OP_HIST.replace('op_hist', 'histogram'));
  await run(
    CREATE_OP_HIST_OF_SESSION.replace(
      'op_hist_of_session TO op_hist',
      'histogram_view TO histogram',
    ).replaceAll('op_session', 'sessions_and_histogram'),
  );
  const sources = { row_a_sample: 'op_sample', sessions: 'op_session', sessions_and_histogram: 'op_session' };
  const files = new Map<
    string,
    { readonly path: string; readonly structure: string; readonly samples: number }
  >();
  for (const source of ['op_sample', 'op_session']) {
    const path = join(root, `${source}.bin`);
    const limit = source === 'op_sample' ? SAMPLES : SAMPLES / 10;
    await run(`SELECT * FROM ${source} LIMIT ${limit} INTO OUTFILE '${path}' FORMAT RowBinary`);
    const columns = await rows<{ name: string; type: string }>(`DESCRIBE ${source}`);
    // Read as plain strings: the engine parses a LowCardinality column row by row, three times as slowly.
    const structure = columns
      .map(({ name, type }) => `${name} ${type.replace('LowCardinality(String)', 'String')}`)
      .join(', ')
      .replaceAll("'", "\\'");
    const samples = source === 'op_sample' ? 'count()' : 'sum(length(latencies))';
    const [held] = await rows<{ n: number }>(
      `SELECT toFloat64(${samples}) AS n FROM file('${path}', RowBinary, '${structure}')`,
    );
    files.set(source, { path, structure, samples: held?.n ?? 0 });
  }
  return {
    async measure(table) {
      const file = files.get(sources[table]);
      if (!file) throw new Error(`no file for ${table}`);
      await run(`TRUNCATE TABLE ${table}`);
      const before = threadSeconds();
      const startMs = performance.now();
      await run(
        `INSERT INTO ${table} SELECT * FROM file('${file.path}', RowBinary, '${file.structure}') SETTINGS max_insert_threads = 1`,
      );
      const ms = performance.now() - startMs;
      const after = threadSeconds();
      const cpu = before && after ? secondsBetween(before, after).inserts : Number.NaN;
      return { perSecond: (file.samples / ms) * 1e3, cpuPerMillion: (cpu / file.samples) * 1e6 };
    },
  };
}
