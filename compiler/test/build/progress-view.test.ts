// The live tree and its plain form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildEvent } from '../../src/build/build-types.ts';
import { createProgressView } from '../../src/build/progress-view.ts';
import { createTimeLeft } from '../../src/build/time-left.ts';

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
    'fma: 1 variants of 8 paths for 1 target\nwasm32         compiled 2/2  linked 1/1  verified 1/1\n',
  );
});

test('on a terminal the tree is redrawn over itself, within the width', () => {
  const text = show(true);
  assert.ok(text.includes('└─ wasm32         compiled 1/2  linked 0/1  verified 0/1  everypath.loop/plain'));
  const lines = text.split('\n').slice(0, -1);
  assert.equal(lines.length, 2 * text.split('\x1b[2A').length);
  // The longest line: cursor up, erase, and 80 columns of text.
  assert.ok(lines.every((line) => line.length <= 80 + '\x1b[2A\x1b[2K'.length));
});

test('time left follows the slowest step, and is not said before anything is known', () => {
  let nowMs = 0;
  const time = createTimeLeft(() => nowMs);
  const compiled = (cached: boolean) =>
    time.note({ kind: 'compiled', target: 'wasm32', unit: 'glue', cached });
  time.note({ kind: 'start', targets: [{ target: 'wasm32', units: 12, variants: 6, paths: 6n }] });
  assert.equal(time.leftMs(), undefined);
  // What the cache answers leaves less to do and says nothing of the pace.
  for (let unit = 0; unit < 4; unit++) compiled(true);
  assert.equal(time.leftMs(), undefined);
  for (let unit = 0; unit < 3; unit++) {
    nowMs += 500;
    compiled(false);
  }
  assert.equal(time.leftMs(), 5 * 500);
  for (let variant = 0; variant < 3; variant++) {
    nowMs += 2000;
    time.note({ kind: 'proved', target: 'wasm32', variant: '0123456789abcdef', proof });
  }
  // Compiles fell behind meanwhile: 5 left, two done in 7 s since the first; proofs: 3 left at 2 s each.
  assert.equal(time.leftMs(), Math.max((5 * 7000) / 2, 3 * 2000));
});
