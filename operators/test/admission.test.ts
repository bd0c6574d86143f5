// Adding a variant touches one file: dropped into a copy of the library, it is listed, compiled, compared and admitted,
// or refused for what is wrong with it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Admission, hasSanitizers, operatorsRoot, scaffoldVariant } from '@everypath/operators';
import { foreignHeaders } from '../src/harness/foreign-headers.ts';

const OPERATOR = 'PIL.Image.Image.convert[RGB]';
const sanitize = await hasSanitizers();
let copy = '';
let root = '';

before(() => {
  copy = mkdtempSync(join(tmpdir(), 'everypath-library-'));
  root = join(copy, 'operators');
  cpSync(operatorsRoot, root, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const schema = join(operatorsRoot, '..', 'schema');
  symlinkSync(schema, join(copy, 'schema'));
  // The copy must find itself, not what it was copied from.
  const modules = join(copy, 'node_modules', '@everypath');
  mkdirSync(modules, { recursive: true });
  symlinkSync(root, join(modules, 'operators'));
  symlinkSync(schema, join(modules, 'schema'));
});

after(() => rmSync(copy, { recursive: true, force: true }));

/** Admits a variant in a process that loads the copy. */
function admitInCopy(variant: string): Admission {
  const script = `
    const { admit, variantsOf } = await import('@everypath/operators');
    if (!variantsOf('${OPERATOR}').some(({ name }) => name === '${variant}')) throw new Error('not listed');
    const [admission] = await admit('${OPERATOR}', '${variant}', { sanitize: ${sanitize}, time: false });
    console.log(JSON.stringify(admission));`;
  const file = join(copy, 'admit.mjs');
  writeFileSync(file, script);
  return JSON.parse(execFileSync(process.execPath, [file], { cwd: copy, encoding: 'utf8' })) as Admission;
}

test('one scaffolded file is a variant that is admitted', () => {
  scaffoldVariant(OPERATOR, 'by_the_book', root);
  const admission = admitInCopy('by_the_book');
  assert.deepEqual(admission.findings, []);
  assert.ok(admission.cases > 0);
});

test('a variant that reads past its input is refused', { skip: !sanitize && 'no sanitizers' }, () => {
  const path = scaffoldVariant(OPERATOR, 'greedy', root);
  const text = readFileSync(path, 'utf8').replace(
    'return convert',
    // Its answer is right; only its reading is not.
    'volatile uint8_t beyond = in.height > 0 ? in.row(in.height - 1)[in.width * in.channels] : 0;\n' +
      '  (void)beyond;\n  return convert',
  );
  writeFileSync(path, text);
  const { findings } = admitInCopy('greedy');
  assert.ok(
    findings.some(({ step, detail }) => step === 'sanitizers' && detail.includes('heap-buffer-overflow')),
  );
  assert.ok(!findings.some(({ step }) => step === 'agreement'));
});

test('a header that targets do not have is named', () => {
  const folder = join(root, 'ops', 'convert_rgb');
  writeFileSync(join(folder, 'printing.hpp'), '#include <cstdio>\n#include "ops/convert_rgb/rows.hpp"\n');
  assert.deepEqual(foreignHeaders(root, 'ops/convert_rgb/printing.hpp'), [
    'ops/convert_rgb/printing.hpp includes <cstdio>',
  ]);
  rmSync(join(folder, 'printing.hpp'));
});

test('a variant that exists is not written over', () => {
  assert.throws(() => scaffoldVariant(OPERATOR, 'bytewise', root), /exists/);
  assert.throws(() => scaffoldVariant(OPERATOR, 'Not-snake', root), /snake_case/);
});
