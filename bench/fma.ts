// Is the compiled fma loop as fast as the same loop in Rust and C++? Time per iteration and cost of a call apart, and
// what a call costs from Node and from Python through our clients.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProgram } from '@everypath/client';
import { compileHere } from './compile-here.ts';
import { type Figure, figureOf, interleave, spreadText, timeNs } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const here = import.meta.dirname;
const ROUNDS = 15;
const ITERATIONS = 2_000_000;
const CALLS = 200_000;

const build = (command: string, args: readonly string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
};

interface Times {
  readonly iteration: Figure;
  readonly call: Figure;
}

/** Runs the driver and reads each candidate's rounds. */
function drive(driver: string, candidates: Readonly<Record<string, string>>): ReadonlyMap<string, Times> {
  const named = Object.entries(candidates).map(([name, library]) => `${name}=${library}`);
  const text = execFileSync(driver, [`${ROUNDS}`, `${ITERATIONS}`, `${CALLS}`, ...named], {
    encoding: 'utf8',
  });
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const answers = new Set(rows.map((row) => row[3]));
  if (answers.size !== 1) throw new Error(`the loops disagree: ${[...answers].join(', ')}`);
  return new Map(
    Object.keys(candidates).map((name) => {
      const own = rows.filter((row) => row[0] === name);
      return [
        name,
        {
          iteration: figureOf(own.map((row) => Number(row[1]) / ITERATIONS)),
          call: figureOf(own.map((row) => Number(row[2]) / CALLS)),
        },
      ];
    }),
  );
}

/** Nanoseconds a call from Node, through the client's program. */
async function nodeCall(file: string): Promise<Figure> {
  const program = await openProgram(file, { target: 'linux-x86_64' });
  const calls = 50_000;
  const measure = (): number =>
    timeNs(() => {
      for (let index = 0; index < calls; index++) program.invoke([1.5, 0.999, 0.25, 0]);
    }) / calls;
  const figure = interleave([{ name: 'node', measure }], ROUNDS).get('node');
  program.close();
  if (!figure) throw new Error('nothing was measured');
  return figure;
}

/** Nanoseconds a call from Python, through the client's program. */
function pythonCall(file: string): Figure {
  const text = execFileSync(
    process.env.EVERYPATH_PYTHON || '/usr/bin/python3',
    ['-B', join(here, 'fma', 'python_call.py'), file, `${ROUNDS}`],
    { encoding: 'utf8', env: { ...process.env, PYTHONPATH: join(here, '..', 'clients', 'python') } },
  );
  return figureOf(JSON.parse(text) as number[]);
}

const row = (name: string, figure: Figure, unit: string, base?: Figure): BenchRow => ({
  name,
  value: figure.median,
  unit,
  ...(base ? { ratio: figure.median / base.median } : {}),
  note: spreadText(figure),
});

/** Runs the suite. */
export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  try {
    const programs = await compileHere(join(here, '..', 'examples', 'fma.py'), folder);
    if (!json) console.log(`fma: ${programs.length} paths compiled for this machine`);
    const paths = {
      rust: join(folder, 'libfma_rust.so'),
      cpp: join(folder, 'libfma_cpp.so'),
      driver: join(folder, 'driver'),
    };
    build('rustc', [
      '-C',
      'opt-level=3',
      '--crate-type=cdylib',
      '-o',
      paths.rust,
      join(here, 'fma', 'fma.rs'),
    ]);
    const shared = ['-O3', '-ffp-contract=off', '-shared', '-fPIC'];
    build('g++', [...shared, '-o', paths.cpp, join(here, 'fma', 'fma.cpp')]);
    const include = `-I${join(here, '..', 'schema', 'include')}`;
    build('gcc', ['-O2', include, '-o', paths.driver, join(here, 'fma', 'driver.c'), '-ldl']);
    const own = Object.fromEntries(programs.map(({ name, file }) => [name, `everypath:${file}`]));
    const times = drive(paths.driver, { ...own, rust: `fma:${paths.rust}`, cpp: `fma_loop:${paths.cpp}` });
    const cpp = times.get('cpp');
    const fastest = programs.toSorted(
      (a, b) => (times.get(a.name)?.iteration.median ?? 0) - (times.get(b.name)?.iteration.median ?? 0),
    )[0];
    if (!cpp || !fastest) throw new Error('nothing was measured');
    const label = (name: string): string =>
      ({ rust: 'Rust -C opt-level=3', cpp: 'C++ -O3' })[name] ?? `everypath ${name}`;
    const all = [...times];
    return {
      name: 'fma',
      rows: [
        ...all.map(([name, { iteration }]) =>
          row(`iteration: ${label(name)}`, iteration, 'ns', cpp.iteration),
        ),
        ...all.map(([name, { call }]) => row(`call from C: ${label(name)}`, call, 'ns', cpp.call)),
        row('call from Node: client', await nodeCall(fastest.file), 'ns'),
        row('call from Python: client', pythonCall(fastest.file), 'ns'),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
