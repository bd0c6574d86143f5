// Diagnostics as they print: place, line, caret, help.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../src/cli/diagnostics.ts';

const source = 'def f(x):\n\treturn "é" + foo(x)\n';

test('the caret stands under what is meant, tabs and accents included', () => {
  const lines = formatDiagnostic(
    {
      severity: 'error',
      code: 'EP_UNKNOWN_OPERATOR',
      message: 'foo is not an operator',
      hint: 'Annotate it.',
      file: 'f.py',
      // Columns count bytes of UTF-8: é is two.
      span: { line: 2, column: 15, endLine: 2, endColumn: 21 },
    },
    source,
  );
  assert.deepEqual(lines, [
    'f.py:2:16: error: foo is not an operator [EP_UNKNOWN_OPERATOR]',
    '    2 | \treturn "é" + foo(x)',
    '      | \t             ^^^^^^',
    '      help: Annotate it.',
  ]);
});

test('without a place there is only the file', () => {
  const lines = formatDiagnostic(
    { severity: 'warning', code: 'EP_X', message: 'odd', hint: '', file: 'f.py', span: null },
    null,
  );
  assert.deepEqual(lines, ['f.py: warning: odd [EP_X]']);
});
