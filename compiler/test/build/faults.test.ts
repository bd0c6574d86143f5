// When the machine fails: no compiler, no space, a killed or a failing tool, a cancelled build. Each says what to do,
// and none leaves a half-written file behind.

import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildFunction } from '../../src/build-function.ts';
import { BuildError, type BuildErrorCode } from '../../src/toolchain/build-error.ts';
import { toolchainSettings } from '../../src/toolchain/locate.ts';
import { fmaModule } from './modules.ts';
import { dependenciesWith } from './program-loader.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-faults-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const options = (name: string) => ({
  cacheDir: join(folder, name, 'cache'),
  outDir: join(folder, name, 'out'),
  targets: ['wasm32'] as const,
  budget: 2,
});

const failsWith = (code: BuildErrorCode, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof BuildError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  assert.ok(error.hint.length > 10);
  return true;
};

/** Nothing unfinished: no scratch folders, no passing names. */
async function assertClean(name: string): Promise<void> {
  const left = await readdir(join(folder, name), { recursive: true }).catch(() => []);
  assert.deepEqual(
    left.filter((path) => /scratch\/.|\/\.[^/]+$/.test(path)),
    [],
  );
}

test('a missing compiler is named, with how to get it', async () => {
  const deps = dependenciesWith({ env: { EVERYPATH_LLVM: join(folder, 'nowhere') } });
  await assert.rejects(
    buildFunction(fmaModule(), options('missing'), deps),
    failsWith('EP_TOOL_MISSING', /clang\+\+ was not found/),
  );
});

test('a full disk stops the build; with space again it goes on', async () => {
  const noSpace = async () => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };
  const inCache = dependenciesWith({ fs: { rename: noSpace } });
  await assert.rejects(
    buildFunction(fmaModule(), options('disk'), inCache),
    failsWith('EP_DISK_FULL', /No space left/),
  );
  await assertClean('disk');
  const inOutput = dependenciesWith({ fs: { copyFile: noSpace } });
  await assert.rejects(
    buildFunction(fmaModule(), options('disk'), inOutput),
    failsWith('EP_DISK_FULL', /No space left/),
  );
  await assertClean('disk');
  const result = await buildFunction(fmaModule(), options('disk'));
  assert.equal(result.publication.variants.length, 2);
});

/** A copy of the toolchain's layout whose linker is a script of ours. */
async function toolchainWithLinker(name: string, script: string): Promise<string> {
  const { llvm } = toolchainSettings(process.env);
  const own = join(folder, name);
  await mkdir(join(own, 'bin'), { recursive: true });
  for (const tool of ['clang++', 'llvm-ar', 'llvm-ifs', 'ld.lld'])
    await symlink(join(llvm, 'bin', tool), join(own, 'bin', tool));
  for (const part of ['include', 'lib']) await symlink(join(llvm, part), join(own, part));
  await writeFile(join(own, 'bin', 'wasm-ld'), `#!/bin/sh\n${script}\n`);
  await chmod(join(own, 'bin', 'wasm-ld'), 0o755);
  return own;
}

test('a killed linker and a failing one are told apart; what was compiled is kept', async () => {
  const settings = options('linker');
  const killed = dependenciesWith({
    env: { EVERYPATH_LLVM: await toolchainWithLinker('killed', 'kill -KILL $$') },
  });
  await assert.rejects(
    buildFunction(fmaModule(), settings, killed),
    failsWith('EP_TOOL_KILLED', /wasm-ld was killed \(SIGKILL\)/),
  );
  const failing = dependenciesWith({
    env: {
      EVERYPATH_LLVM: await toolchainWithLinker(
        'failing',
        'echo half > program.wasm; echo "cannot link" >&2; exit 1',
      ),
    },
  });
  await assert.rejects(
    buildFunction(fmaModule(), settings, failing),
    failsWith('EP_TOOL_FAILED', /cannot link/),
  );
  const full = dependenciesWith({
    env: {
      EVERYPATH_LLVM: await toolchainWithLinker(
        'full',
        'echo "program.wasm: No space left on device" >&2; exit 1',
      ),
    },
  });
  await assert.rejects(
    buildFunction(fmaModule(), settings, full),
    failsWith('EP_DISK_FULL', /wasm-ld was writing/),
  );
  await assertClean('linker');
  assert.equal((await buildFunction(fmaModule(), settings)).compiles, 0);
});

test('a program that is not one is not called proven', async () => {
  const own = await toolchainWithLinker(
    'liar',
    'for last; do :; done; printf "\\0asm\\1\\0\\0\\0" > "$last"',
  );
  const deps = dependenciesWith({ env: { EVERYPATH_LLVM: own } });
  const result = await buildFunction(fmaModule(), options('liar'), deps);
  assert.equal(result.targets[0]?.verified, 0);
  assert.match(result.publication.variants[0]!.proof.by, /does not export ep_invoke/);
});

test('a cancelled build ends soon and can be resumed', async () => {
  const stop = new AbortController();
  const settings = { ...options('cancelled'), targets: ['wasm32', 'linux-x86_64'] as const };
  const building = buildFunction(fmaModule('@test/cancelled'), {
    ...settings,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.kind === 'compiled') stop.abort();
    },
  });
  await assert.rejects(building, failsWith('EP_CANCELLED', /cancelled/));
  await assertClean('cancelled');
  await buildFunction(fmaModule('@test/cancelled'), settings);
});

test('two builds at once share one cache', async () => {
  const settings = options('shared');
  await cp(join(folder, 'linker', 'cache'), settings.cacheDir, { recursive: true });
  const [a, b] = await Promise.all([1, 2].map(() => buildFunction(fmaModule('@test/shared'), settings)));
  assert.deepEqual(a!.publication.variants, b!.publication.variants);
});

test('proofs run once for the same bytes, and their word counts', async () => {
  const settings = options('linker');
  const asked: string[] = [];
  const result = await buildFunction(fmaModule(), {
    ...settings,
    prove: async (variant) => {
      asked.push(variant.sha256);
      return asked.length === 1 ? { how: 'executed', by: 'here', cases: 3, worst: 0 } : null;
    },
  });
  assert.equal(new Set(asked).size, asked.length);
  // Two paths may be the same program: then one run speaks for both.
  const { variants } = result.publication;
  const executed = variants.filter(({ sha256 }) => sha256 === asked[0]).length;
  assert.deepEqual([...new Set(variants.map(({ sha256 }) => sha256))].sort(), [...asked].sort());
  assert.deepEqual([result.targets[0]?.verified, result.targets[0]?.executed], [2, executed]);
});
