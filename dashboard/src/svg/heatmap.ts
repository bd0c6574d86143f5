// A density over two axes, quantised to nine levels and drawn as one path a level: 18 elements instead of thousands
// of rectangles, whatever the number of cells.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { percent, rounded } from './scale.ts';

export const DENSITY_LEVELS = 9;

export interface HeatmapCell {
  readonly column: number;
  readonly row: number;
  readonly count: number;
}

export interface Heatmap {
  readonly cells: readonly HeatmapCell[];
  readonly columns: number;
  /** Rows count upwards from `lowRow` to `highRow`, both included. */
  readonly lowRow: number;
  readonly highRow: number;
  readonly sentence: string;
  /** Labels at positions between 0 and 1, from the left and from the bottom. */
  readonly below: readonly { readonly at: number; readonly text: string }[];
  readonly left: readonly { readonly at: number; readonly text: string }[];
}

/** Level of a count, 1 to 9, logarithmic: a bucket with one sample must still be seen beside one with thousands. */
export const densityLevel = (count: number, most: number): number =>
  most <= 1 ? DENSITY_LEVELS : 1 + Math.round(((DENSITY_LEVELS - 1) * Math.log(count)) / Math.log(most));

export function heatmap(map: Heatmap): Html {
  const most = Math.max(1, ...map.cells.map((cell) => cell.count));
  const rows = map.highRow - map.lowRow + 1;
  const width = 1000 / Math.max(1, map.columns);
  const height = 1000 / Math.max(1, rows);
  const levels: string[] = Array.from({ length: DENSITY_LEVELS + 1 }, () => '');
  for (const cell of map.cells) {
    if (cell.count <= 0) continue;
    const x = rounded(cell.column * width);
    const y = rounded(1000 - (cell.row - map.lowRow + 1) * height);
    levels[densityLevel(cell.count, most)] +=
      `M${x} ${y}h${rounded(width)}v${rounded(height)}h${-rounded(width)}z`;
  }
  const paths = levels.map((d, level) => (d ? html`<path class="d${level}" d="${d}"/>` : ''));
  const left = map.left.map(
    (label) =>
      html`<line class="grid" x1="0" x2="100%" y1="${percent(100 - label.at * 100)}" y2="${percent(100 - label.at * 100)}"/><text class="left" x="-8" y="${percent(100 - label.at * 100)}" dy="4">${label.text}</text>`,
  );
  const below = map.below.map(
    (label) => html`<text class="below" x="${percent(label.at * 100)}" y="100%" dy="17">${label.text}</text>`,
  );
  return html`<div class="plot"><svg class="heatmap" role="img" aria-label="${map.sentence}" width="100%" height="260">${left}<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%" shape-rendering="crispEdges">${paths}</svg>${below}</svg></div>`;
}
