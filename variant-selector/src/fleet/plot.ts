// Cumulative regret over time as an SVG: one line a policy, the regret on a logarithmic axis. No script, no styles from
// elsewhere.

import type { FleetResult } from './figures.ts';

const SIZE = { width: 760, height: 420, left: 64, right: 170, top: 24, bottom: 44 };
const COLOURS = ['#0b6e4f', '#9a9a9a', '#c1666b', '#4a7fb5', '#d98e04', '#6b4c9a'];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The plot. */
export function plotRegret(result: FleetResult, title: string): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const points = result.policies.map(({ cumulativeRegret, policy }) => ({
    policy,
    values: cumulativeRegret.map((value) => Math.max(value, 1)),
  }));
  const most = Math.max(10, ...points.flatMap(({ values }) => values));
  const decades = Math.ceil(Math.log10(most));
  const x = (index: number, count: number): number => left + ((width - left - right) * (index + 1)) / count;
  const y = (value: number): number =>
    height - bottom - ((height - top - bottom) * Math.log10(value)) / decades;
  const grid = Array.from({ length: decades + 1 }, (_, decade) => {
    const at = y(10 ** decade).toFixed(1);
    return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="#ddd"/><text x="${left - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${(10 ** decade).toLocaleString('en')}</text>`;
  });
  const lines = points.map(({ values }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const path = values
      .map((value, at) => `${at === 0 ? 'M' : 'L'}${x(at, values.length).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${index === 0 ? 3 : 1.5}"/>`;
  });
  const labels = [...points]
    .map(({ policy, values }, index) => ({ policy, index, at: y(values.at(-1) ?? 1) }))
    .sort((a, b) => a.at - b.at);
  for (let index = 1; index < labels.length; index += 1)
    labels[index]!.at = Math.max(labels[index]!.at, labels[index - 1]!.at + 15);
  const names = labels.map(
    ({ policy, index, at }) =>
      `<text x="${width - right + 8}" y="${at.toFixed(1)}" dominant-baseline="middle" fill="${COLOURS[index % COLOURS.length]}">${escaped(policy)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${left}" y="14" font-weight="600">${escaped(title)}</text>
${grid.join('\n')}
${lines.join('\n')}
${names.join('\n')}
<text x="${(left + width - right) / 2}" y="${height - 12}" text-anchor="middle">fetches, 0 to ${result.fetches.toLocaleString('en')}</text>
<text transform="translate(14 ${height / 2}) rotate(-90)" text-anchor="middle">cumulative regret</text>
</svg>
`;
}
