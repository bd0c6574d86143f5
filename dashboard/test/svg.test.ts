// The SVG kit against golden text, and the properties that its users rely on.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatTick } from '../src/format.ts';
import { dotAxis, dots } from '../src/svg/dots.ts';
import { DENSITY_LEVELS, densityLevel, heatmap } from '../src/svg/heatmap.ts';
import { lines } from '../src/svg/line.ts';
import { ratioBar, ratioLevel } from '../src/svg/ratio-bar.ts';
import { logScale } from '../src/svg/scale.ts';
import { spark } from '../src/svg/spark.ts';

const scale = logScale([120, 95_000]);

const DRAWINGS: Readonly<Record<string, () => unknown>> = {
  dots: () =>
    dots(
      {
        measured: { value: 1200, low: 900, high: 2100 },
        predicted: 1500,
        emphasis: true,
        sentence: 'v1: 1.2 µs',
      },
      scale,
    ),
  'dots-predicted-only': () =>
    dots({ measured: null, predicted: 400, emphasis: false, sentence: 'v2' }, scale),
  'dot-axis': () => dotAxis(scale, formatTick),
  'ratio-bar': () => ratioBar(2.5),
  spark: () => spark([0, 1, 4, 9, 2], '16 calls'),
  lines: () =>
    lines({
      series: [
        {
          name: 'scalar',
          points: [
            { x: 10, y: 100 },
            { x: 1000, y: 9000 },
          ],
        },
        {
          name: 'simd',
          points: [
            { x: 10, y: 40 },
            { x: 1000, y: 2100 },
          ],
        },
      ],
      sentence: 'two variants',
      formatX: String,
      formatY: formatTick,
    }),
  heatmap: () =>
    heatmap({
      cells: [
        { column: 0, row: 80, count: 1 },
        { column: 1, row: 81, count: 40 },
        { column: 3, row: 82, count: 900 },
      ],
      columns: 4,
      lowRow: 79,
      highRow: 83,
      sentence: '941 samples',
      below: [{ at: 0, text: '−7 d' }],
      left: [{ at: 0.5, text: '1 µs' }],
    }),
};

for (const [name, draw] of Object.entries(DRAWINGS)) {
  test(`${name} is drawn as before`, () => {
    const file = new URL(`./golden/${name}.svg.txt`, import.meta.url);
    const text = `${String(draw()).replaceAll('><', '>\n<')}\n`;
    if (process.env.EVERYPATH_GOLDEN === 'write' || !existsSync(file)) {
      mkdirSync(new URL('./golden/', import.meta.url), { recursive: true });
      writeFileSync(file, text);
    }
    assert.equal(text, readFileSync(file, 'utf8'));
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  });
}

test('a heatmap is one path a level, whatever the number of cells', () => {
  const cells = Array.from({ length: 12_000 }, (_, at) => ({
    column: at % 200,
    row: Math.floor(at / 200),
    count: 1 + (at % 977),
  }));
  const drawn = String(
    heatmap({ cells, columns: 200, lowRow: 0, highRow: 59, sentence: '', below: [], left: [] }),
  );
  assert.ok((drawn.match(/<path/g) ?? []).length <= DENSITY_LEVELS);
});

test('density levels rise with the count, from one sample to the most', () => {
  let last = 0;
  for (const count of [1, 2, 5, 10, 100, 1000]) {
    const level = densityLevel(count, 1000);
    assert.ok(level >= last && level >= 1 && level <= DENSITY_LEVELS);
    last = level;
  }
  assert.equal(last, DENSITY_LEVELS);
});

test('a log scale keeps order, stays within its axis and survives nothing at all', () => {
  for (const values of [[], [5], [1, 1e12], [3, 3, 3], [0, -4, Number.NaN, 9]]) {
    const axis = logScale(values);
    assert.ok(axis.ticks.every((tick, at) => at === 0 || tick > axis.ticks[at - 1]!));
    for (const value of [...values, 1])
      assert.ok((axis.at(value) >= 0 && axis.at(value) <= 100) || Number.isNaN(value));
  }
});

test('ratio levels separate the best from the rest', () => {
  assert.deepEqual([1, 1.01, 1.05, 1.2, 2, 3, 8].map(ratioLevel), [0, 0, 1, 2, 3, 4, 5]);
});
