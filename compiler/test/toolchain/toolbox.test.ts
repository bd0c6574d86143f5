// Tools that stay loaded: the same bytes as from a process each, the same failures, and no run lost when one dies.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { machineDependencies } from '../../src/build/dependencies.ts';
import { BuildError } from '../../src/toolchain/build-error.ts';
import { openBuildTools } from '../../src/toolchain/build-tools.ts';
import type { Toolbox } from '../../src/toolchain/toolbox.ts';

let folder = '';
let staying: Toolbox;
let passing: Toolbox;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-toolbox-'));
  const deps = machineDependencies();
  const open = async (env: Readonly<Record<string, string>>) =>
    (await openBuildTools({ cacheDir: join(folder, 'cache'), env: { ...deps.env, ...env }, deps })).toolbox;
  staying = await open({});
  passing = await open({ EVERYPATH_STAYING_TOOLS: 'off' });
});
after(async () => {
  await staying.close();
  await rm(folder, { recursive: true, force: true });
});

/** Compiles `text` in a folder of its own and returns the object. */
async function compile(toolbox: Toolbox, name: string, text: string, signal?: AbortSignal): Promise<Buffer> {
  const cwd = join(folder, name);
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'unit.cpp'), text);
  const args = ['--target=wasm32-unknown-wasi', '-nostdinc', '-O2', '-c', 'unit.cpp', '-o', 'unit.o'];
  await toolbox.run({ tool: 'clang++', args, cwd, ...(signal ? { signal } : {}) });
  return readFile(join(cwd, 'unit.o'));
}
const twice = (name: string) => `extern "C" int ${name}(int x) { return x * 2; }\n`;

test('a tool that stays gives the bytes of one that does not, run after run and several at once', async () => {
  const expected = await compile(passing, 'passing', twice('f'));
  assert.deepEqual(await compile(staying, 'first', twice('f')), expected);
  const more = await Promise.all(['a', 'b', 'c'].map((name) => compile(staying, name, twice('f'))));
  for (const object of more) assert.deepEqual(object, expected);
});

test('what a tool says when it fails comes through, and the next run is not disturbed', async () => {
  for (const toolbox of [staying, passing]) {
    await assert.rejects(compile(toolbox, 'wrong', 'int f( {'), (error: unknown) => {
      assert.ok(error instanceof BuildError);
      assert.equal(error.code, 'EP_TOOL_FAILED');
      assert.match(error.message, /unit\.cpp:1:\d+: error:/);
      return true;
    });
  }
  await compile(staying, 'right', twice('g'));
});

test('a run that is cancelled ends at once; others go on', async () => {
  const stop = new AbortController();
  // Takes far longer than the test may: a deep recursion of templates.
  const endless =
    'template <int n, int m> struct S { static constexpr long v = S<n - 1, m>::v + S<n - 1, m + 1>::v; };\n' +
    'template <int m> struct S<0, m> { static constexpr long v = m; };\nlong f() { return S<880, 0>::v; }\n';
  const running = compile(staying, 'endless', endless, stop.signal);
  const beside = compile(staying, 'beside', twice('h'));
  setImmediate(() => stop.abort());
  await assert.rejects(running, { code: 'EP_CANCELLED' });
  await beside;
  await assert.rejects(compile(staying, 'late', twice('h'), stop.signal), { code: 'EP_CANCELLED' });
});
