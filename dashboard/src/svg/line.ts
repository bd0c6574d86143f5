// Lines over a shared pair of log axes: latency against size, one line a variant, marked by colour, shape and label.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { logScale, percent, rounded } from './scale.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Colours and shapes that series have before they repeat. */
export const SERIES_STYLES = 8;

const SHAPES = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  'M0-5L5 0L0 5L-5 0Z',
  'M-4-4H4V4H-4Z',
  'M0-5L5 4H-5Z',
  'M0 5L5-4H-5Z',
  'M-5-1.5H-1.5V-5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5Z',
  'M-5-3L0 0L5-3V3L0 0L-5 3Z',
  'M-3-5L0 0L3-5V5L0 0L-3 5Z',
];

/** The mark of a series, for the chart and its legend. */
export const marker = (index: number): Html =>
  html`<path class="mark s${index % SERIES_STYLES}" d="${SHAPES[index % SHAPES.length] ?? ''}"/>`;

export interface LineChart {
  readonly series: readonly Series[];
  readonly sentence: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

export function lines(chart: LineChart): Html {
  const points = chart.series.flatMap((series) => series.points);
  const x = logScale(points.map((point) => point.x));
  const y = logScale(points.map((point) => point.y));
  const up = (value: number): number => 100 - y.at(value);
  const rows = y.ticks.map(
    (tick) =>
      html`<line class="grid" x1="0" x2="100%" y1="${percent(up(tick))}" y2="${percent(up(tick))}"/><text class="left" x="-8" y="${percent(up(tick))}" dy="4">${chart.formatY(tick)}</text>`,
  );
  let last = Number.NEGATIVE_INFINITY;
  const columns = x.ticks.map((tick) => {
    const at = x.at(tick);
    const close = at - last < 13 || at > 97;
    if (!close) last = at;
    return html`<line class="grid" y1="0" y2="100%" x1="${percent(at)}" x2="${percent(at)}"/>${close ? '' : html`<text class="below" x="${percent(at)}" y="100%" dy="17">${chart.formatX(tick)}</text>`}`;
  });
  const paths = chart.series.map((series, index) => {
    const d = series.points.map(
      (point, at) => `${at === 0 ? 'M' : 'L'}${rounded(x.at(point.x) * 10)} ${rounded(up(point.y) * 10)}`,
    );
    return html`<path class="line s${index % SERIES_STYLES}" vector-effect="non-scaling-stroke" d="${d.join('')}"/>`;
  });
  const marks = chart.series.flatMap((series, index) =>
    series.points.map(
      (point) =>
        html`<svg class="hang" x="${percent(x.at(point.x))}" y="${percent(up(point.y))}">${marker(index)}</svg>`,
    ),
  );
  return html`<div class="plot"><svg class="lines" role="img" aria-label="${chart.sentence}" width="100%" height="260">${rows}${columns}<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">${paths}</svg>${marks}</svg></div>`;
}
