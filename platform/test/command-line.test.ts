// The command line itself: help, wrong usage, exit codes, and that help loads nothing heavy.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { written } from '../src/cli/output.ts';
import { everypath } from './command-line.ts';

const COMMANDS = [
  'up',
  'compile',
  'verify',
  'prove',
  'run',
  'bench',
  'explain',
  'variants',
  'paths',
  'link',
  'override',
  'ops',
  'doctor',
  'demo',
];

test('help names every command', async () => {
  const { code, out } = await everypath(['--help']);
  assert.equal(code, 0);
  for (const command of COMMANDS) assert.match(out, new RegExp(`^  ${command}\\b`, 'm'));
});

for (const command of COMMANDS) {
  test(`${command} --help says what it is for`, async () => {
    const { code, out } = await everypath([command, '--help']);
    assert.equal(code, 0);
    assert.match(out, /^Usage: everypath /);
    if (!['ops', 'doctor', 'demo'].includes(command)) assert.match(out, /Examples?:/);
  });
}

test('help loads neither a database nor the compiler nor the schema library', async () => {
  const main = join(import.meta.dirname, '../src/main.ts');
  const probe = `process.argv = ['node', 'main', '--help'];
    process.on('exit', () => console.error(process.report.getReport().sharedObjects.filter((name) => /chdb|koffi/.test(name)).length));
    await import(${JSON.stringify(main)});`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    probe,
  ]);
  assert.match(stdout, /Usage: everypath/);
  assert.equal(stderr.trim(), '0');
});

const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['frobnicate'], /unknown command 'frobnicate'/],
  [['run'], /missing required argument 'tag'/],
  [['run', 'preprocess'], /preprocess is not a tag[\s\S]*@user\/name/],
  [['variants', '@a/b', '--target', 'amiga'], /amiga is not a target[\s\S]*linux-x86_64/],
  [['override', 'set', '@a/b', 'v1'], /v1 is not a variant id/],
  [['paths', '@a/b', '--at', '3'], /--at needs --target/],
  [['link', '@a/b', '--target', 'wasm32'], /give one of --path, --at and --best/],
  [['link', '@a/b', '--target', 'wasm32', '--path', 'a,,b'], /a,,b is not a path/],
  [['bench', '@a/b', '--rounds', '0'], /--rounds 0 is not a whole number above zero/],
  [['explain', '@a/b', '--device', 'toaster'], /toaster is not a device/],
  [['up', '--port', '99999'], /--port or EVERYPATH_PORT/],
  [['up', '--telemetry', 'maybe'], /--telemetry or EVERYPATH_TELEMETRY/],
];

for (const [args, says] of WRONG) {
  test(`everypath ${args.join(' ')}: a clear sentence and exit code 2`, async () => {
    const { code, out, err } = await everypath(args);
    assert.equal(code, 2);
    assert.match(err, says);
    assert.doesNotMatch(err, /\n\s+at /);
    assert.equal(out, '');
  });
}

test('a database address that is none is refused by name', async () => {
  const { code, err } = await everypath(['up'], { EVERYPATH_POSTGRES_URL: 'mysql://x' });
  assert.equal(code, 2);
  assert.match(err, /EVERYPATH_POSTGRES_URL: expected an address that starts with postgres:/);
});

test('a file that is not there', async () => {
  const { code, err } = await everypath(['explain', 'nowhere.py']);
  assert.equal(code, 1);
  assert.match(err, /cannot read nowhere\.py: no such file/);
});

test('ops list prints the library, as a table and as JSON', async () => {
  const table = await everypath(['ops', 'list']);
  assert.equal(table.code, 0);
  assert.match(table.out, /^operator +variant/);
  const { out } = await everypath(['ops', 'list', '--json']);
  const operators = JSON.parse(out) as { name: string; variants: unknown[] }[];
  assert.ok(operators.some((operator) => operator.variants.length >= 2));
});

test('doctor lists what there is', async () => {
  const { out } = await everypath(['doctor', '--json']);
  const findings = JSON.parse(out) as { name: string; status: string; detail: string }[];
  assert.ok(findings.some((finding) => finding.name === 'clang-19'));
  assert.ok(
    findings.every(
      (finding) => finding.detail !== '' && ['found', 'missing', 'optional'].includes(finding.status),
    ),
  );
});

test('the process ends when its reader has taken everything', async () => {
  const taken: string[] = [];
  const slow = new Writable({
    write(chunk, _encoding, done) {
      setTimeout(() => {
        taken.push(String(chunk));
        done();
      }, 5);
    },
  });
  slow.write('first');
  slow.write('second');
  await written([slow]);
  assert.deepEqual(taken.slice(0, 2), ['first', 'second']);
});
