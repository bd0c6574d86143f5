// Runs what the repository promises: every `*.test.ts` under node:test, the Python client's unittest, the types and
// the lint. `*.slow.test.ts` only with --all. Ends with `N passed, N failed`.
//
//   node scripts/test.mjs [--all] [part of a file's name, or types, lint, python]

import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const TEST_TIMEOUT_MS = 300_000;

/** The test files that these arguments ask for, sorted. */
export function testFiles(folder, { all, filter }) {
  return globSync('**/*.test.ts', { cwd: folder, exclude: (path) => /(^|\/)node_modules(\/|$)/.test(path) })
    .filter((path) => (all || !path.endsWith('.slow.test.ts')) && path.includes(filter))
    .sort();
}

function execute(command, args, cwd, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function report(name, { passed, failed }, start, output) {
  console.log(`${failed > 0 ? '✘' : '✔'} ${name}: ${passed} passed, ${failed} failed (${seconds(start)})`);
  if (failed > 0) console.log(output.trimEnd());
  return { passed, failed, skipped: 0 };
}

async function check(name, command, args) {
  const start = performance.now();
  const { code, output } = await execute(command, args, root, { NO_COLOR: '1' });
  return report(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }, start, output);
}

async function python() {
  const folder = join(root, 'clients', 'python');
  if (globSync('test*/test_*.py', { cwd: folder }).length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const start = performance.now();
  const tests = existsSync(join(folder, 'tests')) ? 'tests' : 'test';
  const { code, output } = await execute(
    process.env.EVERYPATH_PYTHON ?? '/usr/bin/python3',
    ['-B', '-m', 'unittest', 'discover', '-s', tests, '-t', '.'],
    folder,
    { PYTHONPATH: folder },
  );
  const count = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  const ran = count(/^Ran (\d+) tests?/m);
  const failed = count(/failures=(\d+)/) + count(/errors=(\d+)/) + count(/unexpected successes=(\d+)/);
  // An exit code without a count is a failure all the same: the runner itself broke.
  return report('python', { passed: ran - failed, failed: failed || (code === 0 ? 0 : 1) }, start, output);
}

function printFailure(event) {
  const where = `${event.file ?? ''}${event.line ? `:${event.line}` : ''}`;
  console.log(`\n✘ ${event.name}\n  ${where}`);
  const error = event.details.error;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  console.log(text.replace(/^/gm, '  '));
}

/** Failures that only say that something inside failed. */
const isEcho = (event) => event.details.error?.failureType === 'subtestsFailed';

/** What one file's tests came to, and what it printed beside them. */
const emptyTally = () => ({ passed: 0, failed: 0, skipped: 0, durationMs: 0, printed: '' });

function printFile(path, tally) {
  const name = path.startsWith(root) ? path.slice(root.length + 1) : path;
  const mark = tally.failed > 0 ? '✘' : '✔';
  const time = `${(tally.durationMs / 1000).toFixed(1)} s`;
  console.log(`${mark} ${name}: ${tally.passed} passed, ${tally.failed} failed (${time})`);
  if (tally.failed > 0 && tally.printed !== '') console.log(tally.printed.trimEnd().replace(/^/gm, '  │ '));
}

function nodeTests(files) {
  const tallies = new Map();
  const tallyOf = (event) => {
    const path = event.file ?? 'unknown file';
    if (!tallies.has(path)) tallies.set(path, emptyTally());
    return tallies.get(path);
  };
  return new Promise((resolve) => {
    const stream = run({
      files: files.map((path) => join(root, path)),
      concurrency: Math.max(1, Math.min(4, availableParallelism())),
      timeout: TEST_TIMEOUT_MS,
    });
    const keep = (event) => {
      const tally = tallyOf(event);
      tally.printed = (tally.printed + event.message).slice(-8000);
    };
    stream.on('test:stdout', keep);
    stream.on('test:stderr', keep);
    stream.on('test:pass', (event) => {
      if (event.details.type === 'suite') return;
      tallyOf(event)[event.skip !== undefined || event.todo !== undefined ? 'skipped' : 'passed'] += 1;
    });
    stream.on('test:fail', (event) => {
      if (isEcho(event)) return;
      const tally = tallyOf(event);
      tally[event.todo === undefined ? 'failed' : 'skipped'] += 1;
      if (event.todo === undefined) printFailure(event);
      // A file that fails as a whole gets no summary of its own.
      if (event.name === event.file) printFile(event.file, tally);
    });
    stream.on('test:summary', ({ file, duration_ms }) => {
      if (file === undefined) return;
      const tally = tallyOf({ file });
      tally.durationMs = duration_ms;
      printFile(file, tally);
    });
    stream.on('end', () => {
      const sum = (key) => [...tallies.values()].reduce((total, tally) => total + tally[key], 0);
      resolve({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') });
    });
    stream.resume();
  });
}

async function main(argv) {
  const all = argv.includes('--all');
  const filter = argv.find((argument) => !argument.startsWith('-')) ?? '';
  const start = performance.now();
  const jobs = [];
  if ('types'.includes(filter)) jobs.push(() => check('types', join(bin, 'tsc'), ['-p', '.']));
  if ('lint'.includes(filter)) jobs.push(() => check('lint', join(bin, 'biome'), ['check', '.']));
  if ('python'.includes(filter)) jobs.push(python);
  const files = testFiles(root, { all, filter });
  if (files.length > 0) jobs.push(() => nodeTests(files));
  if (jobs.length === 0) console.log(`no test's name contains '${filter}'`);
  const totals = { passed: 0, failed: jobs.length === 0 ? 1 : 0, skipped: 0 };
  for (const job of jobs) {
    const result = await job();
    for (const key of Object.keys(totals)) totals[key] += result[key];
  }
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  console.log(`\n${files.length} files in ${seconds(start)}${skipped}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
