// Builds as processes: one that is killed without warning leaves a store that the next one goes on with, and no
// process behind; two at once share a store; where the source lay leaves no trace.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFunction } from '../../src/build-function.ts';
import { sha256 } from '../../src/store/fingerprint.ts';
import { fmaModule } from './modules.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-processes-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const targets = ['wasm32'] as const;
const script = join(import.meta.dirname, 'build-process.ts');
const start = (cacheDir: string): ChildProcess =>
  spawn(process.execPath, [script, cacheDir, ...targets], { stdio: ['ignore', 'pipe', 'inherit'] });

interface Built {
  readonly variants: readonly string[];
  readonly compiles: number;
  readonly links: number;
}

/** The lines of a process as they come. */
async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of child.stdout!) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

async function resultOf(child: ChildProcess): Promise<Built> {
  let last = '';
  for await (const line of linesOf(child)) last = line;
  return JSON.parse(last) as Built;
}

/** Every content of the store is what its name says. */
async function assertSound(cacheDir: string): Promise<void> {
  const blobs = join(cacheDir, 'blobs');
  for (const name of await readdir(blobs, { recursive: true })) {
    if (!name.includes('/')) continue;
    const digest = name.replace('/', '').replace(/\.[a-z]+$/, '');
    assert.equal(sha256(await readFile(join(blobs, name))), digest, name);
  }
}

/** Processes whose command line or folder lies below `place`: tools that outlived their build. */
async function processesIn(place: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '');
    if (maps.includes(place)) found.push(pid);
  }
  return found;
}

let fresh: readonly string[] = [];

test('two processes at once share one store and give the same', async () => {
  const cacheDir = join(folder, 'shared');
  const [a, b] = await Promise.all([resultOf(start(cacheDir)), resultOf(start(cacheDir))]);
  assert.deepEqual(a.variants, b.variants);
  fresh = a.variants;
  await assertSound(cacheDir);
  const again = await resultOf(start(cacheDir));
  assert.deepEqual([again.compiles, again.links, again.variants], [0, 0, fresh]);
});

test('a build killed at any moment is gone on with, and gives what an undisturbed one gives', async () => {
  for (const [moment, count] of [
    ['compiled', 1],
    ['linked', 2],
  ] as const) {
    const cacheDir = join(folder, `killed-${moment}`);
    const child = start(cacheDir);
    let seen = 0;
    for await (const line of linesOf(child)) {
      if (line === moment && ++seen === count) child.kill('SIGKILL');
    }
    assert.equal(seen >= count, true);
    await assertSound(cacheDir);
    if (process.platform === 'linux') {
      for (let tries = 0; tries < 600 && (await processesIn(cacheDir)).length > 0; tries++) await sleep(50);
      assert.deepEqual(await processesIn(cacheDir), []);
    }
    const resumed = await resultOf(start(cacheDir));
    assert.deepEqual(resumed.variants, fresh);
    await assertSound(cacheDir);
  }
});

test('what killed builds left half-done is cleared away in time, what others are doing is not', async () => {
  const cacheDir = join(folder, 'left');
  const [old, young] = ['old', 'young'].map((name) => join(cacheDir, 'scratch', name));
  for (const path of [old!, young!]) await mkdir(path, { recursive: true });
  const { mtimeMs } = await stat(old!);
  await utimes(old!, new Date(mtimeMs), new Date(mtimeMs - 2 * 86_400_000));
  await buildFunction(fmaModule(), { cacheDir, targets: ['wasm32'], budget: 1 });
  assert.deepEqual(await readdir(join(cacheDir, 'scratch')), ['young']);
});

test('where the source lay leaves no trace', async () => {
  const build = (file: string, cache: string) =>
    buildFunction(
      { ...fmaModule(), file },
      { cacheDir: join(folder, cache), targets: ['wasm32'], budget: 1 },
    );
  const here = await build('one/fma.py', 'left');
  const there = await build('two\\fma.py', 'left');
  assert.equal(there.compiles, 0);
  assert.deepEqual(there.publication, here.publication);
});
