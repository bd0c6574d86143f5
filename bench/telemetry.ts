// What does telemetry cost a call: off, adaptive (the default of the clients) and every call timed?

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTarget, openProgram, type Program, type TelemetryMode, type Value } from '@everypath/client';
import { compileHere } from './compile-here.ts';
import { interleave, spreadText, timeNs } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const examples = join(import.meta.dirname, '..', 'examples');
const ROUNDS = 21;
/** Long enough for one round that the timer's own step vanishes. */
const ROUND_NS = 30e6;

const MODES: readonly (readonly [string, TelemetryMode])[] = [
  ['off', 0],
  ['adaptive', 2],
  ['every call', 1],
];

/** Park and Miller's minimal standard generator: the same inputs on every machine. */
function seeded(): () => number {
  let state = 20261120;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

function image(width: number, height: number): Value {
  const random = seeded();
  const data = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256));
  return { data, width, height, channels: 3 };
}

function oneEuro(count: number): readonly Value[] {
  const random = seeded();
  const floats = (length: number) => Float64Array.from({ length }, random);
  const state = { data: floats(2 * count), shape: [2, count] };
  return [state, { data: floats(count), shape: [count] }, 1 / 60, 1, 0.007, 1];
}

const WORK: readonly (readonly [string, string, readonly Value[]])[] = [
  ['fma, 10 steps', 'fma.py', [1.5, 0.999, 0.25, 10]],
  ['fma, 10,000 steps', 'fma.py', [1.5, 0.999, 0.25, 10_000]],
  ['one_euro, 100 signals', 'one_euro.py', oneEuro(100)],
  ['preprocess, 600 × 400', 'preprocess.py', [image(600, 400)]],
];

function measure(label: string, program: Program, args: readonly Value[]): readonly BenchRow[] {
  const once = timeNs(() => program.invoke(args));
  const calls = Math.max(1, Math.min(50_000, Math.round(ROUND_NS / once)));
  const candidates = MODES.map(([name, mode]) => ({
    name,
    measure: () => {
      program.telemetryMode(mode);
      const ns = timeNs(() => {
        for (let call = 0; call < calls; call++) program.invoke(args);
      });
      program.drain();
      return ns / calls;
    },
  }));
  const figures = interleave(candidates, ROUNDS);
  const off = figures.get('off');
  return MODES.flatMap(([name]) => {
    const figure = figures.get(name);
    if (!figure || !off) return [];
    return [
      {
        name: `${label}: ${name}`,
        value: figure.median / 1000,
        unit: 'µs',
        ratio: figure.median / off.median,
        note: spreadText(figure),
      },
    ];
  });
}

/** Runs the suite. */
export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  const target = hostTarget();
  const rows: BenchRow[] = [];
  try {
    for (const [label, file, args] of WORK) {
      const [first] = await compileHere(join(examples, file), folder);
      if (!first || target === undefined) throw new Error(`${file} has no program for this machine`);
      if (!json) console.log(`telemetry: ${label}, path ${first.name}`);
      const program = await openProgram(first.file, { target });
      rows.push(...measure(label, program, args));
      program.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { name: 'telemetry', rows };
}
