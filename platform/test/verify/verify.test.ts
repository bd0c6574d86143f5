// `everypath verify` on real files: the corpus in examples/verify, and one file for each way to fail.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifyCommand } from '../../src/verify/verify.ts';
import type { VerifyReport } from '../../src/verify/verify-file.ts';

const root = join(import.meta.dirname, '../../..');
const cacheDir = join(root, '.cache/objects');
const corpus = join(root, 'examples/verify');
const folder = mkdtempSync(join(tmpdir(), 'everypath-verify-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function verify(files: readonly string[], settings = {}) {
  const reports: VerifyReport[] = [];
  const code = await verifyCommand({ ...settings, files, cacheDir, json: true }, (line) => {
    reports.push(JSON.parse(line) as VerifyReport);
  });
  return { code, reports };
}

/** What is not compiled yet, and says so. */
const UNSUPPORTED = new Set(['beyond_64_bits', 'list_sum', 'standardise', 'string_length']);

test('the corpus agrees with CPython, or says that it does not compile', async () => {
  const files = readdirSync(corpus)
    .filter((name) => name.endsWith('.py'))
    .map((name) => join(corpus, name));
  const { reports } = await verify(files);
  assert.equal(reports.length, files.length);
  const wrong = reports.filter(({ file, status }) => {
    const name = file.slice(corpus.length + 1, -'.py'.length);
    return status !== 'pass' && !(status === 'unsupported' && UNSUPPORTED.has(name));
  });
  assert.deepEqual(wrong, []);
});

const HALF = 'def entry(x: float) -> float:\n    return x / 2\n\nCASES = [(1.0,), (3,)]\n';

const KINDS: readonly (readonly [string, string, object, Partial<VerifyReport>])[] = [
  ['a right file passes', HALF, {}, { status: 'pass', cases: 2, passed: 2, reason: '', line: null }],
  ['another entry is named', HALF.replace('entry', 'half'), { entry: 'half' }, { status: 'pass', passed: 2 }],
  [
    'an int beyond 64 bits is unsupported, with a line',
    'def entry(x: int) -> int:\n    return x * x\n\nCASES = [(2**40,)]\n',
    {},
    { status: 'unsupported', cases: 1, passed: 0 },
  ],
  [
    'what the compiler refuses is unsupported, with its line',
    'def entry(x: float) -> float:\n    with open("f") as f:\n        return x\n\nCASES = [(1.0,)]\n',
    {},
    { status: 'unsupported', cases: 1, line: 2 },
  ],
  ['a file that Python does not accept is an error', 'def entry(:\n', {}, { status: 'error', line: 1 }],
];

for (const [index, [name, source, settings, expected]] of KINDS.entries()) {
  test(name, async () => {
    const file = join(folder, `kind_${index}.py`);
    writeFileSync(file, source);
    const { code, reports } = await verify([file], settings);
    const [report] = reports;
    const got = Object.fromEntries(
      Object.keys(expected).map((key) => [key, report?.[key as keyof VerifyReport]]),
    );
    assert.deepEqual(got, expected, report?.reason);
    assert.equal(code, expected.status === 'pass' ? 0 : 1);
  });
}

test('a function that changes its argument is not passed', async () => {
  const file = join(folder, 'changes.py');
  writeFileSync(
    file,
    'import numpy as np\nfrom numpy.typing import NDArray\n\ndef entry(x: np.ndarray) -> np.ndarray:\n' +
      '    x[0] = 1.0\n    return x\n\ndef cases():\n    return [(np.zeros(3),)]\n',
  );
  const { reports } = await verify([file]);
  assert.notEqual(reports[0]?.status, 'pass');
});
