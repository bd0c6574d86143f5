// `npm run bench [-- NAME…] [--json]`: runs suites and prints a table each for people, or one JSON object a line
// (`stolen`: the share of the processors' time that the machine's host took meanwhile).

import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { processorTicks, stolenSince, stolenText } from '../platform/src/measure/stolen-time.ts';
import type { BenchReport, BenchRow, BenchSuite } from './suite.ts';

const here = import.meta.dirname;

/** Names of the files here that export `run`. */
function suiteNames(): readonly string[] {
  return readdirSync(here)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) =>
      /^export (async )?function run\b|^export const run\b/m.test(readFileSync(join(here, name), 'utf8')),
    )
    .map((name) => name.slice(0, -'.ts'.length))
    .sort();
}

const figures = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(digits);
};

const columnsOf = (row: BenchRow): readonly string[] => [
  row.name,
  figures(row.value),
  row.unit,
  row.ratio === undefined ? '' : `× ${figures(row.ratio)}`,
  row.note ?? '',
];

function printTable({ name, rows }: BenchReport, stolen: number | null): void {
  const table = rows.map(columnsOf);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...table.map((cells) => cells[column]?.length ?? 0)),
  );
  console.log(`\n${name}`);
  for (const [label = '', value = '', unit = '', ratio = '', note = ''] of table) {
    const [first = 0, second = 0, third = 0, fourth = 0] = widths;
    const cells = [
      label.padEnd(first),
      value.padStart(second),
      unit.padEnd(third),
      ratio.padStart(fourth),
      note,
    ];
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
  for (const line of stolenText(stolen)) console.log(`  ${line}`);
}

async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const wanted = argv.filter((argument) => !argument.startsWith('-'));
  const known = suiteNames();
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`no suite '${unknown[0]}'; there are ${known.join(', ')}`);
    return 2;
  }
  if (!json)
    console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, node ${process.version}`);
  let failed = 0;
  for (const name of wanted.length > 0 ? wanted : known) {
    try {
      const suite = (await import(pathToFileURL(join(here, `${name}.ts`)).href)) as BenchSuite;
      const ticks = processorTicks();
      const report = await suite.run({ json });
      const stolen = stolenSince(ticks);
      if (json) console.log(JSON.stringify({ ...report, stolen }));
      else printTable(report, stolen);
    } catch (error) {
      failed++;
      console.error(
        `bench ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
