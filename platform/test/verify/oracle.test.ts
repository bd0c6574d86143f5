// The oracle: what CPython answers for a file, with its own cases, with made ones, and when it cannot.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { askOracle, type OracleAnswer } from '../../src/verify/oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'everypath-oracle-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function ask(source: string, entry?: string, timeoutMs?: number): Promise<OracleAnswer> {
  const file = join(folder, `case_${count++}.py`);
  writeFileSync(file, source);
  return askOracle({ file, ...(entry ? { entry } : {}), ...(timeoutMs ? { timeoutMs } : {}) });
}
async function answered(source: string, entry?: string) {
  const answer = await ask(source, entry);
  assert.ok(answer.kind === 'answered', answer.kind === 'refused' ? answer.message : '');
  return answer;
}

test('returns and raises, with types, text and line', async () => {
  const { entry, cases } = await answered(
    'def entry(a: int, b: int) -> float:\n    return a / b\n\nCASES = [(1, 4), (1, 0)]\n',
  );
  assert.deepEqual(entry.parameters, ['a', 'b']);
  assert.equal(entry.generated, false);
  assert.deepEqual(cases[0]?.expected, { kind: 'returned', value: { kind: 'float', value: 0.25 } });
  assert.deepEqual(cases[1]?.expected, {
    kind: 'raised',
    type: 'ZeroDivisionError',
    message: 'division by zero',
    line: 2,
  });
});

for (const name of ['everypath', 'muna', 'fxn']) {
  test(`the decorator comes from ${name}, with names that no one has installed`, async () => {
    const { entry } = await answered(
      `from ${name} import Sandbox, compile\nfrom ${name}.beta.metadata import Anything\n\n` +
        `@compile(tag="@a/b", sandbox=Sandbox().pip_install("numpy"), metadata=[Anything(x=1)])\n` +
        'def twice(x: float) -> float:\n    return 2 * x\n',
    );
    assert.equal(entry.name, 'twice');
    assert.equal(entry.generated, true);
  });
}

test('made cases are the same every time and hold the edges', async () => {
  const source = 'def entry(x: float, s: str, n: int) -> float:\n    return x\n';
  const [one, two] = [await answered(source), await answered(source)];
  assert.deepEqual(one.cases, two.cases);
  const first = one.cases.map(({ arguments: values }) => values[0]);
  assert.ok(first.some((value) => value?.kind === 'float' && Object.is(value.value, -0)));
});

test('an int where a float is declared is that float, as at the boundary', async () => {
  const { cases } = await answered('def entry(x: float):\n    return x\n\nCASES = [(3,), (True,)]\n');
  assert.deepEqual(cases[0]?.expected, { kind: 'returned', value: { kind: 'float', value: 3 } });
  assert.deepEqual(cases[1]?.expected, { kind: 'returned', value: { kind: 'float', value: 1 } });
});

test('arrays travel whole, from cases() too, and open annotations are marked', async () => {
  const { entry, cases } = await answered(
    'import numpy as np\ndef entry(x: np.ndarray):\n    return x.T\n' +
      'def cases():\n    return [(np.arange(6, dtype=np.int16).reshape(2, 3),)]\n',
  );
  assert.deepEqual(entry.open, [true]);
  assert.deepEqual(cases[0]?.types, [{ kind: 'array', dtype: 'int16', shape: [null, null] }]);
  const { expected } = cases[0]!;
  assert.ok(expected.kind === 'returned' && expected.value.kind === 'array');
  assert.deepEqual(expected.value.shape, [3, 2]);
  assert.deepEqual([...new Int16Array(expected.value.data.slice().buffer)], [0, 3, 1, 4, 2, 5]);
});

test('an argument that the call changes is told', async () => {
  const { cases } = await answered(
    'import numpy as np\ndef entry(x):\n    x[0] = 9\n    return x\ndef cases():\n    return [(np.zeros(2),)]\n',
  );
  assert.deepEqual(cases[0]?.changed, [0]);
});

test('what the file prints does not disturb the answer', async () => {
  const { cases } = await answered('print("hello")\ndef entry(x: bool):\n    print("{}")\n    return x\n');
  assert.equal(cases.length, 24);
});

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['a file without an entry', 'x = 1\n', /no function 'entry'/],
  ['a syntax error', 'def entry(:\n', /SyntaxError/],
  ['an unannotated parameter without cases', 'def entry(x):\n    return x\n', /no annotation/],
  ['an annotation that nothing can be made for', 'def entry(x: object):\n    return x\n', /CASES/],
  ['a crash of CPython', 'import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n', /SIGSEGV/],
];
for (const [name, source, message] of REFUSED) {
  test(`${name} is a refusal with a reason`, async () => {
    const answer = await ask(source);
    assert.equal(answer.kind, 'refused');
    assert.match(answer.kind === 'refused' ? answer.message : '', message);
  });
}

test('a function that never ends is stopped', async () => {
  const answer = await ask('def entry(x: bool):\n    while True:\n        pass\n', undefined, 700);
  assert.match(answer.kind === 'refused' ? answer.message : '', /was stopped after 0.7 s/);
});
