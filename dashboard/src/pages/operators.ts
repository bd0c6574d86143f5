// The operator matrix: each operator variant's time against the best of its operator, per device class.

import { html } from 'hono/html';
import { formatCount, formatNs, formatRatio, plural } from '../format.ts';
import { type Html, nothing } from '../html.ts';
import { link, pathOf, type ViewState } from '../state.ts';
import { geometricMean, groupBy, ratioToBest } from '../statistics.ts';
import type { OperatorEstimate } from '../store.ts';
import { ratioLevel } from '../svg/ratio-bar.ts';
import { empty, scroll, section } from './layout.ts';

export interface MatrixCell {
  /** Geometric mean over specializations and sizes that a rival was measured at too; null: measured, no rival. */
  readonly ratio: number | null;
  readonly medianNs: number;
  readonly samples: number;
  readonly devices: number;
}

export interface MatrixRow {
  readonly operator: string;
  readonly operatorVariant: string;
  /** By device class cell; absent where never measured. */
  readonly cells: Readonly<Record<string, MatrixCell>>;
}

export interface OperatorsModel {
  readonly cells: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** Ratios to the best, compared only like with like: same operator, specialization, size bucket and device class. */
export function buildMatrix(estimates: readonly OperatorEstimate[]): OperatorsModel {
  const contests = groupBy(estimates, (row) =>
    [row.operator, row.specialization, row.workBucket, row.cell].join('\u0000'),
  );
  const scored = [...contests.values()].flatMap((rivals) => {
    const best = Math.min(...rivals.map((row) => row.medianNs));
    return rivals.map((row) => ({
      ...row,
      ratio: rivals.length > 1 ? ratioToBest(row.medianNs, best) : null,
    }));
  });
  const rows = groupBy(scored, (row) => `${row.operator}\u0000${row.operatorVariant}`);
  return {
    cells: [...new Set(estimates.map((row) => row.cell))].sort(),
    rows: [...rows.values()].map((group) => ({
      operator: group[0]!.operator,
      operatorVariant: group[0]!.operatorVariant,
      cells: Object.fromEntries(
        [...groupBy(group, (row) => row.cell)].map(([cell, entries]) => {
          const ratios = entries.flatMap((row) => (row.ratio === null ? [] : [row.ratio]));
          return [
            cell,
            {
              ratio: ratios.length > 0 ? geometricMean(ratios) : null,
              medianNs: geometricMean(entries.map((row) => Math.max(row.medianNs, 0.1))),
              samples: entries.reduce((sum, row) => sum + row.samples, 0),
              devices: Math.max(...entries.map((row) => row.devices)),
            },
          ];
        }),
      ),
    })),
  };
}

function matrixCell(row: MatrixRow, cell: string): Html {
  const entry = row.cells[cell];
  if (!entry) return html`<td class="blank"><span class="quiet">not measured</span></td>`;
  const told = `${plural(entry.samples, 'sample')}, ${plural(entry.devices, 'device')}, ${formatNs(entry.medianNs)} on average`;
  if (entry.ratio === null)
    return html`<td class="r-only" title="${told}; no rival measured at the same size">only</td>`;
  return html`<td class="r${ratioLevel(entry.ratio)}" title="${told}">${formatRatio(entry.ratio)}</td>`;
}

export function operatorsView(model: OperatorsModel, state: ViewState): Html {
  if (model.rows.length === 0) {
    return html`<h1>Operators</h1>${empty('No operator has been measured in this period.', html`Run a function with <code>everypath run @user/name</code>; its operators report by themselves.`)}`;
  }
  const head = html`<tr><th scope="col">Operator</th><th scope="col">Variant</th>${model.cells.map((cell) => html`<th scope="col" class="n"><span class="column">${cell.split('/').map((part) => html`<span>${part}</span>`)}</span></th>`)}</tr>`;
  const groups = [...groupBy(model.rows, (row) => row.operator)].map(([operator, rows]) => {
    const best = (cell: string): number => Math.min(...rows.map((row) => row.cells[cell]?.ratio ?? Infinity));
    const order = [...rows].sort(
      (a, b) =>
        score(a, model.cells, best) - score(b, model.cells, best) ||
        (a.operatorVariant < b.operatorVariant ? -1 : 1),
    );
    return html`<tbody>${order.map(
      (row, index) =>
        html`<tr>${index === 0 ? html`<th scope="rowgroup" rowspan="${order.length}"><a href="${link(pathOf('operators', operator), { class: state.class, period: state.period, cause: state.cause })}">${operator}</a></th>` : nothing}<th scope="row"><code>${row.operatorVariant}</code></th>${model.cells.map((cell) => matrixCell(row, cell))}</tr>`,
    )}</tbody>`;
  });
  const depths = ['target', 'ISA level', 'microarchitecture', 'model'].map((text, index) => ({
    text,
    depth: index + 1,
  }));
  return html`<h1>Operators</h1>
<p class="lead">${formatCount(model.rows.length)} operator variants on ${plural(model.cells.length, 'device class', 'device classes')}. A cell is the time against the best variant of the same operator on that class, over the sizes both were measured at. Blank is not measured, which is not zero.</p>
<div class="chips" role="group" aria-label="Columns"><span class="caption" aria-hidden="true">Columns by</span>${depths.map((row) => html`<a href="${link('/operators', { ...state, depth: row.depth })}"${row.depth === state.depth ? html` aria-current="true"` : nothing}>${row.text}</a>`)}</div>
${section('matrix', 'Ratio to the best', html`<span class="ramp"><span class="r0">1×</span><span class="r1">1.1</span><span class="r2">1.4</span><span class="r3">2.2</span><span class="r4">5</span><span class="r5">more</span></span>`, scroll('Operator matrix', html`<table class="matrix"><thead>${head}</thead>${groups}</table>`))}`;
}

/** Mean log ratio over the columns, the order of rows within an operator; what no one raced comes last. */
function score(row: MatrixRow, cells: readonly string[], best: (cell: string) => number): number {
  const ratios = cells.flatMap((cell) => {
    const ratio = row.cells[cell]?.ratio;
    return ratio == null || !Number.isFinite(best(cell)) ? [] : [ratio];
  });
  return ratios.length > 0 ? Math.log(geometricMean(ratios)) : Number.MAX_VALUE;
}
