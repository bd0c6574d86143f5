// `npm run fuzz -- ingest|server [--requests N] [--seed S] [--json]`: can anything that is sent make the service fail?
// Exits with 1 on a fault, a crash, a good request refused, or memory that grew by more than 64 MiB.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';
import { TARGETS } from './targets.ts';

const GROWTH_MIB = 64;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    requests: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [name = 'ingest'] = positionals;
const open = TARGETS[name];
if (!open) {
  console.error(`no target '${name}'; there are ${Object.keys(TARGETS).join(', ')}`);
  process.exit(2);
}

const root = mkdtempSync(join(tmpdir(), 'everypath-fuzz-'));
const target = await open(root);
try {
  const report = await runFuzz({
    name,
    target,
    requests: Number(values.requests),
    seed: Number(values.seed),
    progress: (line) => void process.stderr.write(`${line}\n`),
  });
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else for (const [key, value] of Object.entries(report)) console.log(key.padEnd(12), value);
  const grown = report.endMiB - report.warmMiB;
  const sound =
    !report.crashed && report.faults.length === 0 && report.refusedGood === 0 && grown <= GROWTH_MIB;
  process.exitCode = sound ? 0 : 1;
} finally {
  await target.close();
  rmSync(root, { recursive: true, force: true });
}
