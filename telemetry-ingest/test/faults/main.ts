// `npm run faults -- [--rounds N] [--seed S] [--json]`: do acknowledged samples equal stored rows, whatever fails?
// `npm run faults -- --outage [--minutes M] [--json]`: the same with ClickHouse away for 30 % of a long load.
// Exits with 1 when a sample was lost or counted twice, the histogram counts other samples than are stored, or a process
// ended by itself.

import { parseArgs } from 'node:util';
import { runFaults } from './run-faults.ts';
import { runOutage } from './run-outage.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    instances: { type: 'string', default: '2' },
    outage: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});

const progress = (line: string): void => void process.stderr.write(`${line}\n`);
const seed = Number(values.seed);
const report = values.outage
  ? await runOutage({ seed, minutes: Number(values.minutes), progress })
  : await runFaults({
      seed,
      rounds: Number(values.rounds),
      instances: Number(values.instances),
      progress: values.json ? () => {} : progress,
    });

if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(18)} ${show(value)}`);
const { lost, duplicated, stored, crashes } = report;
const counted = 'histogram' in report ? report.histogram : stored;
process.exit(lost === 0 && duplicated === 0 && counted === stored && crashes.length === 0 ? 0 : 1);

function show(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
