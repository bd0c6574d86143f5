// The live tree and its plain form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildEvent } from '../../src/build/build-types.ts';
import { createProgressView } from '../../src/build/progress-view.ts';

const proof = { how: 'inspected', by: 'structure', cases: 0, worst: 0 } as const;
const events: readonly BuildEvent[] = [
  { kind: 'start', targets: [{ target: 'wasm32', units: 2, variants: 1, paths: 8n }] },
  { kind: 'compile-start', target: 'wasm32', unit: 'glue' },
  { kind: 'compiled', target: 'wasm32', unit: 'glue', cached: false },
  { kind: 'compile-start', target: 'wasm32', unit: 'everypath.loop/plain' },
  { kind: 'compiled', target: 'wasm32', unit: 'everypath.loop/plain', cached: true },
  { kind: 'linked', target: 'wasm32', variant: '0123456789abcdef', cached: false },
  { kind: 'proved', target: 'wasm32', variant: '0123456789abcdef', proof },
  { kind: 'done', seconds: 1 },
];

function show(terminal: boolean): string {
  let text = '';
  let nowMs = 0;
  const view = createProgressView(
    { terminal, columns: 80, write: (part) => (text += part) },
    'fma',
    () => (nowMs += 100),
  );
  for (const event of events) view.onEvent(event);
  return text;
}

test('without a terminal: one line at the start, one a finished target', () => {
  assert.equal(
    show(false),
    'fma: 1 variants of 8 paths for 1 target\nwasm32         compiled 2/2  linked 1/1  proven 1/1\n',
  );
});

test('on a terminal the tree is redrawn over itself, within the width', () => {
  const text = show(true);
  assert.ok(text.includes('└─ wasm32         compiled 1/2  linked 0/1  proven 0/1  everypath.loop/plain'));
  const lines = text.split('\n').slice(0, -1);
  assert.equal(lines.length, 2 * text.split('\x1b[2A').length);
  // The longest line: cursor up, erase, and 80 columns of text.
  assert.ok(lines.every((line) => line.length <= 80 + '\x1b[2A\x1b[2K'.length));
});
