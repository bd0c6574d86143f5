// `npm run fuzz -- ingest|server [--requests N] [--seed S] [--json]`: can anything that is sent make the service fail?
// Exits with 1 on a fault, a crash, a good request refused, or memory that grew.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';
import { TARGETS } from './targets.ts';

/** How much may be held more at the end, and how much more be resident: freed memory lies in the allocators' gaps. */
const HELD_GROWTH_MIB = 32;
const RESIDENT_GROWTH_MIB = 64;

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
  const { warm, end, crashed, faults, refusedGood } = report;
  const grown =
    end.held - warm.held > HELD_GROWTH_MIB ||
    (end.resident ?? 0) - (warm.resident ?? 0) > RESIDENT_GROWTH_MIB;
  process.exitCode = crashed || faults.length > 0 || refusedGood > 0 || grown ? 1 : 0;
} finally {
  await target.close();
  rmSync(root, { recursive: true, force: true });
}
