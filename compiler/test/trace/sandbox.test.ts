// The sandbox against sources that would leave it, never end, or eat the machine; and its answers afterwards.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Inspection, LiveFailure, LiveModule } from '../../src/sandbox/protocol.ts';
import { Sandbox } from '../../src/sandbox/sandbox.ts';

function failureOf(inspection: Inspection): LiveFailure {
  assert.ok('failure' in inspection, 'expected a failure');
  return inspection.failure;
}

function moduleOf(inspection: Inspection): LiveModule {
  assert.ok(!('failure' in inspection), 'failure' in inspection ? inspection.failure.message : '');
  return inspection;
}

describe('sandbox', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = new Sandbox({ timeoutMs: 3000, memoryBytes: 192 * 1024 * 1024 });
    await sandbox.start();
  });
  after(() => sandbox.close());

  for (const name of ['js', 'pyodide_js', 'pyodide', '_pyodide_core', 'pyodide.code', 'ctypes']) {
    test(`${name} cannot be imported`, async () => {
      const failure = failureOf(await sandbox.inspect(`import ${name}\n`));
      assert.equal(failure.type, 'ImportError');
      assert.equal(failure.line, 1);
    });
  }

  test('the files of the machine cannot be read', async () => {
    const failure = failureOf(await sandbox.inspect("text = open('/etc/passwd').read()\n"));
    assert.equal(failure.type, 'FileNotFoundError');
  });

  test('no process can be started and no address reached', async () => {
    // Asking the kernel for a process takes the interpreter down; the next source gets a fresh one.
    failureOf(await sandbox.inspect("import os\nos.system('true')\n"));
    const connect = "import socket\nsocket.create_connection(('127.0.0.1', 9), 1)\n";
    failureOf(await sandbox.inspect(connect));
  });

  test('JavaScript objects that the interpreter holds lead nowhere', async () => {
    const source = `
import gc
found = []
for thing in gc.get_objects():
    if 'JsProxy' in type(thing).__name__:
        found.append(thing)
escaped = []
for thing in found:
    try:
        escaped.append(thing.constructor.constructor('return process')())
    except BaseException:
        pass
COUNT = len(escaped)
USED = COUNT
`;
    const live = moduleOf(await sandbox.inspect(source));
    assert.deepEqual(live.globals.COUNT, { kind: 'int', value: '0' });
  });

  test('a source that takes too much memory gets a MemoryError', async () => {
    const failure = failureOf(await sandbox.inspect('big = bytearray(2**30)\n'));
    assert.equal(failure.type, 'MemoryError');
  });

  test('a source that never ends is stopped, and the next one runs', async () => {
    assert.equal(failureOf(await sandbox.inspect('while True:\n    pass\n')).kind, 'timeout');
    const live = moduleOf(await sandbox.inspect('X = 1 + 1\nY = X\n'));
    assert.deepEqual(live.globals.X, { kind: 'int', value: '2' });
  });

  test('sys.exit at module level is a failure of the source', async () => {
    assert.equal(failureOf(await sandbox.inspect('import sys\nsys.exit(3)\n')).type, 'SystemExit');
  });

  test('one source does not change what the next one sees', async () => {
    await sandbox.inspect('import builtins, sys\nbuiltins.abs = None\nsys.modules["math"] = None\n');
    const live = moduleOf(await sandbox.inspect('import math\nX = abs(-1) + math.floor(1.5)\nY = X\n'));
    assert.deepEqual(live.globals.X, { kind: 'int', value: '2' });
  });

  test('the decorator of each package is recorded', async () => {
    for (const name of ['everypath', 'muna', 'fxn']) {
      const source = `
from ${name} import compile, Sandbox
@compile(tag="@user/f", description="Text.", sandbox=Sandbox().pip_install("numpy"), targets=["android"], access="private")
def f(x: float) -> float:
    return x
`;
      const [spec] = moduleOf(await sandbox.inspect(source)).specs;
      assert.equal(spec?.tag, '@user/f');
      assert.deepEqual(spec?.settings.description, { kind: 'str', value: 'Text.' });
    }
  });

  test('absent packages become symbols that remember how they were made', async () => {
    const source = 'import numpy as np\nMEAN = np.array([0.5], dtype=np.float32) * 2\nUSED = MEAN\n';
    const { globals } = moduleOf(await sandbox.inspect(source));
    assert.equal(globals.MEAN?.kind, 'call');
    assert.deepEqual(globals.np, { kind: 'module', name: 'numpy' });
  });

  test('what runs only as a program is not run', async () => {
    moduleOf(await sandbox.inspect('if __name__ == "__main__":\n    raise SystemExit(1)\n'));
  });
});
