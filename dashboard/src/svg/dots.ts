// One row of a dot chart: a measured point with its interval, a predicted one beside it, on a shared log axis.
// Rows stand in a table, so the same numbers are always there as text.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { percent, type Scale } from './scale.ts';

export interface DotRow {
  readonly measured: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly predicted: number | null;
  readonly predictedInterval?: { readonly low: number; readonly high: number } | null;
  /** Drawn filled and brighter: the served variant, the best one. */
  readonly emphasis: boolean;
  /** The sentence that the picture says. */
  readonly sentence: string;
}

/** A filled dot with a bar for the interval is measured, a hollow diamond is predicted. */
export function dots(row: DotRow, scale: Scale): Html {
  const grid = scale.ticks.map((tick) => {
    const x = percent(scale.at(tick));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  });
  const measured = row.measured
    ? html`<line class="interval" x1="${percent(scale.at(row.measured.low))}" x2="${percent(scale.at(row.measured.high))}" y1="50%" y2="50%"/><circle class="measured" cx="${percent(scale.at(row.measured.value))}" cy="50%" r="${row.emphasis ? 5 : 4}"/>`
    : '';
  const belief = row.predictedInterval
    ? html`<line class="belief" x1="${percent(scale.at(row.predictedInterval.low))}" x2="${percent(scale.at(row.predictedInterval.high))}" y1="50%" y2="50%"/>`
    : '';
  const predicted =
    row.predicted === null
      ? ''
      : html`${belief}<svg class="hang" x="${percent(scale.at(row.predicted))}" y="50%"><path class="predicted" d="M0-5.5L5.5 0L0 5.5L-5.5 0Z"/></svg>`;
  return html`<svg class="dots${row.emphasis ? ' emphasis' : ''}" role="img" aria-label="${row.sentence}" width="100%" height="22">${grid}${measured}${predicted}</svg>`;
}

/** The axis above a column of rows. */
export function dotAxis(scale: Scale, label: (value: number) => string): Html {
  // Labels closer than this many percent would touch on a phone.
  const apart = 19;
  let last = Number.NEGATIVE_INFINITY;
  const ticks = scale.ticks.map((tick) => {
    const x = scale.at(tick);
    if (x - last < apart || x > 94) return '';
    last = x;
    return html`<text x="${percent(x)}" y="13">${label(tick)}</text>`;
  });
  return html`<svg class="axis" aria-hidden="true" width="100%" height="18">${ticks}</svg>`;
}
