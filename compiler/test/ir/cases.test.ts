// Runs every compiler/cases/*.case: Python in, IR or diagnostics out. After each pass the IR must be legal and must
// survive print → parse → print. EVERYPATH_UPDATE=1 writes what comes out into the files.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { createFrontend, type Diagnostic, type Frontend, parseModule, printModule } from '../../src/index.ts';
import type { IrModule } from '../../src/ir/ir.ts';
import { verifyModule } from '../../src/passes/verify.ts';

const FOLDER = new URL('../../cases/', import.meta.url);
const UPDATE = process.env.EVERYPATH_UPDATE === '1';

interface Case {
  readonly name: string;
  /** The pass whose result is shown; `end` for the last. */
  readonly stage: string;
  readonly source: string;
  readonly expected: string;
}

/** `==== name [stage]`, the source, `----`, what comes out. */
function readCases(text: string): readonly Case[] {
  return text
    .split(/^==== /m)
    .slice(1)
    .map((part) => {
      const [head = '', ...rest] = part.split('\n');
      const [source = '', expected = ''] = rest.join('\n').split(/^----\n/m);
      const stage = /\[([\w-]+)\]\s*$/.exec(head)?.[1] ?? 'end';
      return { name: head.replace(/\s*\[[\w-]+\]\s*$/, ''), stage, source, expected };
    });
}

function writeCases(preamble: string, cases: readonly Case[]): string {
  const texts = cases.map((item) => {
    const stage = item.stage === 'end' ? '' : ` [${item.stage}]`;
    return `==== ${item.name}${stage}\n${item.source.trimEnd()}\n----\n${item.expected.trimEnd()}\n`;
  });
  return `${preamble}${texts.join('\n')}`;
}

function formatDiagnostic(diagnostic: Diagnostic): string {
  const { span } = diagnostic;
  const where = span === null ? '-' : `${span.line}:${span.column}`;
  return `${diagnostic.severity} ${diagnostic.code} ${where} ${diagnostic.message}\n  ${diagnostic.hint}`;
}

/** The functions alone: the head repeats the source. */
function functionsText(module: IrModule): string {
  const text = printModule(module, { spans: false, source: false });
  return text.slice(text.indexOf('\nfunction ') + 1);
}

describe('cases', () => {
  const seen: { readonly pass: string; readonly module: IrModule }[] = [];
  let frontend: Frontend;
  before(async () => {
    frontend = await createFrontend({ observer: { after: (pass, module) => seen.push({ pass, module }) } });
  });
  after(() => frontend.close());

  for (const file of readdirSync(FOLDER)
    .filter((name) => name.endsWith('.case'))
    .sort()) {
    const url = new URL(file, FOLDER);
    const text = readFileSync(url, 'utf8');
    const cases = readCases(text);
    const made: Case[] = [];
    for (const item of cases) {
      test(`${file}: ${item.name}`, async () => {
        seen.length = 0;
        const { module, diagnostics } = await frontend.compileSource({
          source: item.source,
          file: 'case.py',
        });
        for (const step of seen) {
          assert.deepEqual(verifyModule(step.module), [], `illegal IR after ${step.pass}`);
          const printed = printModule(step.module);
          assert.equal(printModule(parseModule(printed)), printed, `text after ${step.pass}`);
        }
        assert.equal(
          module === null,
          diagnostics.some((diagnostic) => diagnostic.severity === 'error'),
        );
        const shown =
          item.stage === 'end' ? module : (seen.find((step) => step.pass === item.stage)?.module ?? null);
        const actual =
          shown === null || diagnostics.length > 0
            ? diagnostics.map(formatDiagnostic).join('\n')
            : functionsText(shown);
        made.push({ ...item, expected: actual });
        if (!UPDATE) assert.equal(actual.trimEnd(), item.expected.trimEnd());
      });
    }
    if (UPDATE) {
      after(() => {
        if (made.length === cases.length)
          writeFileSync(url, writeCases(text.slice(0, text.search(/^==== /m)), made));
      });
    }
  }
});
