// The commands on a real function, one after the other over one data folder: compile, variants, run, bench, explain,
// and what they say of a function that does not compile. Skipped where the toolchain is not installed.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hostTarget } from '@everypath/client';
import { everypath, type Said } from './command-line.ts';
import { startUp, type UpProcess } from './up-process.ts';

const { missingFor } = await importRequirements();
const missing = missingFor('run');

async function importRequirements(): Promise<{
  readonly missingFor: (
    purpose: string,
  ) => readonly { readonly package: string; readonly optional?: boolean }[];
}> {
  return import(new URL('../../scripts/requirements.mjs', import.meta.url).href);
}

const SOURCE = `from everypath import compile


@compile(tag="@test/chain", description="A chain of dependent multiply-adds.")
def chain(x: float, y: float, n: int) -> float:
    result = x
    for _ in range(n):
        result = result * y + 1.0
    return result


CASES = [(1.5, 0.5, 0), (2.0, -0.25, 9), (0.1, 0.3, 100)]
`;

const BROKEN = `from everypath import compile


@compile(tag="@test/broken")
def broken(x, y: float) -> float:
    return x + y
`;

const TAG = '@test/chain';
const ARGS = ['--arg', 'x=1.5', '--arg', 'y=0.5', '--arg', 'n=3'];
/** CPython's answer. */
const EXPECTED = ((1.5 * 0.5 + 1) * 0.5 + 1) * 0.5 + 1;

const skip = missing.some((need) => !need.optional)
  ? 'the toolchain is not installed'
  : hostTarget()
    ? false
    : 'no native programs here';

describe('the loop by commands', { skip }, () => {
  let folder: string;
  let up: UpProcess;
  const run = async (...args: string[]): Promise<Said> => {
    const said = await everypath([...args, '--data', join(folder, 'data')]);
    return said;
  };
  const json = async <Answer>(...args: string[]): Promise<Answer> => {
    const said = await run(...args, '--json');
    assert.equal(said.code, 0, said.err);
    return JSON.parse(said.out) as Answer;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-loop-'));
    await writeFile(join(folder, 'chain.py'), SOURCE);
    await writeFile(join(folder, 'broken.py'), BROKEN);
    up = await startUp(join(folder, 'data'));
  });
  after(async () => {
    await up.end('SIGTERM');
    await rm(folder, { recursive: true });
  });

  test('compile prints what it built, all of it proven', async () => {
    const built = await json<CompileSummary>(
      'compile',
      join(folder, 'chain.py'),
      '--target',
      hostTarget()!,
      '--target',
      'wasm32',
    );
    assert.equal(built.tag, TAG);
    assert.deepEqual(built.targets.map((row) => row.target).sort(), [hostTarget()!, 'wasm32'].sort());
    for (const row of built.targets) {
      assert.ok(row.variants >= 2 && row.bytes > 0);
      assert.equal(row.verified, row.variants);
    }
    assert.equal(
      built.variants,
      built.targets.reduce((sum, row) => sum + row.variants, 0),
    );
    const again = await json<CompileSummary>(
      'compile',
      join(folder, 'chain.py'),
      '--target',
      hostTarget()!,
      '--target',
      'wasm32',
    );
    assert.deepEqual([again.compiles, again.links], [0, 0]);
  });

  test('run gives what CPython gives, natively and in WebAssembly, and a variant can be forced', async () => {
    const native = await json<RunResult>('run', TAG, ...ARGS);
    assert.equal(native.result, EXPECTED);
    const wasm = await json<RunResult>('run', TAG, ...ARGS, '--wasm');
    assert.equal(wasm.result, EXPECTED);
    const { variants } = await json<{ variants: { id: string; isaLevel: string }[] }>(
      'variants',
      TAG,
      '--target',
      hostTarget()!,
    );
    const forced = await json<RunResult>('run', TAG, ...ARGS, '--variant', variants[0]!.id);
    assert.deepEqual(
      [forced.variant, forced.reason, forced.cause, forced.result],
      [variants[0]!.id, 'forced', 'forced', EXPECTED],
    );
  });

  test('bench measures every variant, and its samples stay out of the models', async () => {
    const report = await json<BenchSummary>('bench', TAG, '--all', '--rounds', '3', ...ARGS);
    assert.ok(report.variants.length >= 2);
    assert.deepEqual(
      report.variants.map((row) => row.measuredRank),
      report.variants.map((_, at) => at + 1),
    );
    const { decisions } = (await (await fetch(`${up.url}/v1/decisions?limit=1000`)).json()) as {
      decisions: { cause: string }[];
    };
    assert.ok(decisions.filter((decision) => decision.cause === 'bench').length >= report.variants.length);
  });

  test('explain names candidates; the dashboard shows the function', async () => {
    const explained = await run('explain', TAG);
    assert.equal(explained.code, 0, explained.err);
    assert.match(explained.out, /candidates/);
    assert.equal((await fetch(`${up.url}/functions/${TAG}`)).status, 200);
    const elsewhere = await run('explain', TAG, '--device', 'macos-arm64/armv8-a');
    assert.equal(elsewhere.code, 1);
    assert.doesNotMatch(elsewhere.err, /\n\s+at /);
  });

  test('wrong arguments are said by name', async () => {
    const absent = await run('run', TAG, '--arg', 'x=1');
    assert.equal(absent.code, 2);
    assert.match(absent.err, /missing y: float, n: int/);
    const unknown = await run('run', TAG, ...ARGS, '--variant', '0123456789abcdef');
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /0123456789abcdef/);
  });

  test('what does not compile is shown with its line, and nothing is published', async () => {
    const broken = await run('compile', join(folder, 'broken.py'));
    assert.equal(broken.code, 1);
    assert.match(
      broken.err,
      /broken\.py:5:12: error: .*\[EP_UNANNOTATED\]\n {4}5 \| def broken\(x, y: float\) -> float:\n {6}\| {12}\^\n {6}help: /,
    );
    assert.equal((await fetch(`${up.url}/v1/functions/@test/broken`)).status, 404);
    const explained = await run('explain', join(folder, 'broken.py'), '--json');
    assert.equal(explained.code, 1);
    assert.equal(JSON.parse(explained.out).compiles, false);
  });
});

interface CompileSummary {
  readonly tag: string;
  readonly targets: readonly { target: string; variants: number; bytes: number; verified: number }[];
  readonly variants: number;
  readonly compiles: number;
  readonly links: number;
}
interface RunResult {
  readonly variant: string;
  readonly reason: string;
  readonly cause: string;
  readonly result: number;
}
interface BenchSummary {
  readonly variants: readonly { readonly measuredRank: number }[];
}
