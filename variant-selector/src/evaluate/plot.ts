// Draws an evaluation as one SVG: regret by number of probes for every policy, and how often the product's intervals held
// the truth. Plain text built by hand: two small charts are no reason for a charting library.

import type { EvaluationReport } from './run.ts';

const WIDTH = 460;
const HEIGHT = 320;
const MARGIN = { left: 56, right: 16, top: 36, bottom: 44 };
/** Okabe & Ito's palette, told apart by colour-blind eyes; the product's own is black and thick. */
const COLORS = ['#000000', '#999999', '#e69f00', '#56b4e9', '#009e73', '#d55e00', '#0072b2', '#cc79a7'];

interface Line {
  readonly name: string;
  readonly color: string;
  readonly thick: boolean;
  readonly points: readonly (readonly [x: number, y: number, low?: number, high?: number])[];
}

interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly (readonly [at: number, label: string])[];
  readonly yTicks: readonly (readonly [at: number, label: string])[];
  readonly lines: readonly Line[];
}

/** The report as a document of two charts. */
export function plotEvaluation(report: EvaluationReport): string {
  const policies = [...new Set(report.results.map((result) => result.policy))];
  const probes = [...new Set(report.results.map((result) => result.probes))];
  const lines = policies.map(
    (name, index): Line => ({
      name,
      color: COLORS[index % COLORS.length]!,
      thick: name === 'default',
      points: report.results
        .filter((result) => result.policy === name)
        .map((result): Line['points'][number] => {
          const [low, high] = result.intervals.gmRegret;
          return [probes.indexOf(result.probes), logOf(result.gmRegret), logOf(low), logOf(high)];
        }),
    }),
  );
  const highest = Math.max(...lines.flatMap((line) => line.points.map((point) => point[1])), 1e-3);
  const regret: Chart = {
    title: 'Regret by probes',
    xLabel: 'probes a problem',
    yLabel: 'geometric-mean regret',
    xTicks: probes.map((each, index) => [index, String(each)]),
    yTicks: ticks(highest).map((at) => [at, Math.exp(at).toFixed(highest < 0.2 ? 3 : 2)]),
    lines,
  };
  const shades = report.calibration.map(
    (each, index): Line => ({
      name: `${each.probes} probes`,
      color: COLORS[(index + 1) % COLORS.length]!,
      thick: false,
      points: Object.entries(each.coverage).map(([level, share]): [number, number] => [Number(level), share]),
    }),
  );
  const calibration: Chart = {
    title: 'Calibration of the intervals',
    xLabel: 'nominal coverage',
    yLabel: 'truths inside',
    xTicks: [0.5, 0.8, 0.9, 0.95].map((at) => [at, String(at)]),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((at) => [at, String(at)]),
    lines: [
      {
        name: 'ideal',
        color: '#000000',
        thick: true,
        points: [
          [0.5, 0.5],
          [0.95, 0.95],
        ],
      },
      ...shades,
    ],
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * WIDTH}" height="${HEIGHT + 90}" font-family="sans-serif" font-size="11">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    drawChart(regret, 0),
    drawChart(calibration, WIDTH),
    '</svg>',
    '',
  ].join('\n');
}

const logOf = (value: number): number => Math.log(Math.max(value, 1));

function ticks(highest: number): readonly number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * highest);
}

function drawChart(chart: Chart, left: number): string {
  const xs = chart.xTicks.map(([at]) => at);
  const ys = chart.yTicks.map(([at]) => at);
  const scale = (values: readonly number[], from: number, to: number) => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    return (value: number): number => from + ((value - low) / span) * (to - from);
  };
  const x = scale(xs, MARGIN.left, WIDTH - MARGIN.right);
  const y = scale(ys, HEIGHT - MARGIN.bottom, MARGIN.top);
  const parts: string[] = [`<g transform="translate(${left} 0)">`];
  parts.push(text(MARGIN.left, 20, chart.title, 'start', 'font-weight="bold" font-size="13"'));
  for (const [at, label] of chart.yTicks) {
    parts.push(
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${fix(y(at))}" y2="${fix(y(at))}" stroke="#ddd"/>`,
    );
    parts.push(text(MARGIN.left - 6, y(at) + 4, label, 'end'));
  }
  for (const [at, label] of chart.xTicks)
    parts.push(text(x(at), HEIGHT - MARGIN.bottom + 16, label, 'middle'));
  parts.push(text((MARGIN.left + WIDTH) / 2, HEIGHT - 10, chart.xLabel, 'middle'));
  parts.push(text(-HEIGHT / 2, 14, chart.yLabel, 'middle', 'transform="rotate(-90)"'));
  for (const [index, line] of chart.lines.entries()) {
    const path = line.points.map(([px, py]) => `${fix(x(px))},${fix(y(py))}`).join(' ');
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${line.color}" stroke-width="${line.thick ? 2.5 : 1.2}"/>`,
    );
    for (const [px, , low, high] of line.points) {
      if (low === undefined || high === undefined) continue;
      parts.push(
        `<line x1="${fix(x(px))}" x2="${fix(x(px))}" y1="${fix(y(low))}" y2="${fix(Math.max(y(high), 0))}" stroke="${line.color}" stroke-opacity="0.35"/>`,
      );
    }
    const legendX = MARGIN.left + (index % 4) * 100;
    const legendY = HEIGHT + 14 + Math.floor(index / 4) * 18;
    parts.push(
      `<line x1="${legendX}" x2="${legendX + 14}" y1="${legendY - 4}" y2="${legendY - 4}" stroke="${line.color}" stroke-width="3"/>`,
    );
    parts.push(text(legendX + 18, legendY, line.name, 'start'));
  }
  parts.push('</g>');
  return parts.join('\n');
}

const fix = (value: number): string => value.toFixed(1);

const text = (x: number, y: number, content: string, anchor: string, more = ''): string =>
  `<text x="${fix(x)}" y="${fix(y)}" text-anchor="${anchor}" ${more}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
