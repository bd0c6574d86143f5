// One operator: its variants head to head, how they scale with size, and when the latencies happened.

import { html } from 'hono/html';
import { formatCount, formatNs, formatTick, plural } from '../format.ts';
import { type Html, nothing } from '../html.ts';
import { link, pathOf, type ViewState } from '../state.ts';
import { groupBy, ratioToBest } from '../statistics.ts';
import { HEAT_LEVELS_PER_OCTAVE, type HeatCell, type OperatorEstimate } from '../store.ts';
import { dotAxis, dots } from '../svg/dots.ts';
import { heatmap } from '../svg/heatmap.ts';
import { lines, marker } from '../svg/line.ts';
import { ratioBar } from '../svg/ratio-bar.ts';
import { logScale } from '../svg/scale.ts';
import { empty, scroll, section } from './layout.ts';

export const HEAT_SLOTS = 96;

export interface OperatorModel {
  readonly operator: string;
  readonly specializations: readonly string[];
  readonly specialization: string;
  readonly estimates: readonly OperatorEstimate[];
  readonly heat: readonly HeatCell[];
  readonly fromMs: number;
  readonly toMs: number;
}

interface Contest {
  readonly cell: string;
  readonly workBucket: number;
  readonly work: number;
  readonly features: readonly number[];
  readonly rivals: readonly OperatorEstimate[];
}

function contests(estimates: readonly OperatorEstimate[]): readonly Contest[] {
  const groups = groupBy(estimates, (row) => `${row.cell}\u0000${row.workBucket}`);
  return [...groups.values()]
    .map((rivals) => ({
      cell: rivals[0]!.cell,
      workBucket: rivals[0]!.workBucket,
      work: Math.max(...rivals.map((row) => row.work)),
      features: rivals[0]!.features,
      rivals: [...rivals].sort((a, b) => a.medianNs - b.medianNs),
    }))
    .sort((a, b) => (a.cell === b.cell ? a.work - b.work : a.cell < b.cell ? -1 : 1));
}

function formatWork(work: number): string {
  if (work >= 1e9) return work.toExponential(0).replace('e+', 'e');
  if (work >= 1e6) return `${Number((work / 1e6).toPrecision(2))} M`;
  return work >= 1e4 ? `${Math.round(work / 1e3)} k` : formatCount(work);
}

function headToHead(estimates: readonly OperatorEstimate[]): Html {
  const scale = logScale(estimates.flatMap((row) => [row.lowNs, row.highNs]));
  const bodies = contests(estimates).map((contest) => {
    const best = contest.rivals[0]!;
    return html`<tbody><tr class="group"><th scope="rowgroup" colspan="6"><span class="cell">${contest.cell}</span> · size ${contest.features.map(formatCount).join(' × ') || 'unknown'}</th></tr>${contest.rivals.map(
      (row) => {
        const sentence = `${row.operatorVariant}: ${formatNs(row.medianNs)}, between ${formatNs(row.lowNs)} and ${formatNs(row.highNs)}, ${plural(row.devices, 'device')}`;
        return html`<tr><th scope="row"><code>${row.operatorVariant}</code></th><td class="chart">${dots({ measured: { value: row.medianNs, low: row.lowNs, high: row.highNs }, predicted: null, emphasis: row === best, sentence }, scale)}</td><td class="n">${formatNs(row.medianNs)}</td><td class="ratio">${contest.rivals.length > 1 ? ratioBar(ratioToBest(row.medianNs, best.medianNs)) : html`<span class="quiet">no rival</span>`}</td><td class="n">${formatCount(row.samples)}</td><td class="n">${formatCount(row.devices)}</td></tr>`;
      },
    )}</tbody>`;
  });
  return scroll(
    'Variants head to head',
    html`<table class="rows"><thead><tr><th scope="col">Operator variant</th><th scope="col" class="chart"><span class="legend"><span class="key measured">median and interval</span></span>${dotAxis(scale, formatTick)}</th><th scope="col" class="n">Median</th><th scope="col" class="ratio">To fastest</th><th scope="col" class="n">Samples</th><th scope="col" class="n">Devices</th></tr></thead>${bodies}</table>`,
  );
}

function scaling(model: OperatorModel): Html {
  const cells = groupBy(model.estimates, (row) => row.cell);
  const charts = [...cells].flatMap(([cell, rows]) => {
    const series = [...groupBy(rows, (row) => row.operatorVariant)].map(([name, points]) => ({
      name,
      points: points.map((row) => ({ x: Math.max(1, row.work), y: row.medianNs })).sort((a, b) => a.x - b.x),
    }));
    if (Math.max(...series.map((one) => one.points.length)) < 2) return [];
    const sentence = `Median latency of ${model.operator} against size on ${cell}: ${plural(series.length, 'variant')}, ${series.map((one) => `${one.name} from ${formatNs(one.points[0]!.y)} to ${formatNs(one.points.at(-1)!.y)}`).join('; ')}`;
    return [
      html`<figure><figcaption><span class="cell">${cell}</span></figcaption>${lines({ series, sentence, formatX: formatWork, formatY: formatTick })}<ul class="legend">${series.map((one, index) => html`<li><svg aria-hidden="true" width="14" height="14" viewBox="-7 -7 14 14">${marker(index)}</svg><code>${one.name}</code></li>`)}</ul></figure>`,
    ];
  });
  if (charts.length === 0) return html`<p class="quiet">Measured at one size only: nothing to draw yet.</p>`;
  return html`<div class="figures">${charts}</div>`;
}

function when(model: OperatorModel): Html {
  if (model.heat.length === 0) return html`<p class="quiet">No samples in this period.</p>`;
  const levels = model.heat.map((cell) => cell.level);
  const lowRow = Math.min(...levels) - 2;
  const highRow = Math.max(...levels) + 2;
  const span = highRow - lowRow + 1;
  const ns = (row: number): number => 2 ** (row / HEAT_LEVELS_PER_OCTAVE);
  const ticks = logScale([ns(lowRow), ns(highRow + 1)], 0).ticks;
  const left = ticks
    .map((value) => ({
      at: (Math.log2(value) * HEAT_LEVELS_PER_OCTAVE - lowRow) / span,
      text: formatTick(value),
    }))
    .filter((label) => label.at > 0.02 && label.at < 0.98);
  const hours = (model.toMs - model.fromMs) / 3_600_000;
  const below = [0, 0.25, 0.5, 0.75, 1].map((at) => ({
    at,
    text:
      at === 1
        ? 'now'
        : `−${hours >= 72 ? `${Math.round((hours * (1 - at)) / 24)} d` : hours > 2 ? `${Math.round(hours * (1 - at))} h` : `${Math.round(hours * 60 * (1 - at))} min`}`,
  }));
  const total = model.heat.reduce((sum, cell) => sum + cell.count, 0);
  const peak = model.heat.reduce((most, cell) => (cell.count > most.count ? cell : most));
  const sentence = `${formatCount(total)} samples of ${model.operator} over time and latency; the densest band is near ${formatNs(ns(peak.level))}`;
  const cells = model.heat.map((cell) => ({ column: cell.slot, row: cell.level, count: cell.count }));
  const bands = [...groupBy(model.heat, (cell) => String(cell.level))]
    .map(([level, group]) => ({
      level: Number(level),
      count: group.reduce((sum, cell) => sum + cell.count, 0),
    }))
    .sort((a, b) => a.level - b.level);
  return html`${heatmap({ cells, columns: HEAT_SLOTS, lowRow, highRow, sentence, left, below })}
<details><summary>The same as a table</summary>${scroll('Samples by latency', html`<table class="rows narrow"><thead><tr><th scope="col">Latency from</th><th scope="col">to</th><th scope="col" class="n">Samples</th></tr></thead><tbody>${bands.map((band) => html`<tr><th scope="row">${formatNs(ns(band.level))}</th><td>${formatNs(ns(band.level + 1))}</td><td class="n">${formatCount(band.count)}</td></tr>`)}</tbody></table>`)}</details>`;
}

export function operatorView(model: OperatorModel, state: ViewState): Html {
  const path = pathOf('operators', model.operator);
  const title = html`<h1>${model.operator}</h1>`;
  if (model.specializations.length === 0) {
    return html`${title}${empty('This operator has not been measured in this period.', html`See <a href="/operators">all operators</a>, or choose a longer period.`)}`;
  }
  const chooser =
    model.specializations.length > 1
      ? html`<div class="chips" role="group" aria-label="Specialization"><span class="caption" aria-hidden="true">Specialized for</span>${model.specializations.map((name) => html`<a href="${link(path, { ...state, specialization: name })}"${name === model.specialization ? html` aria-current="true"` : nothing}>${name || 'nothing'}</a>`)}</div>`
      : html`<p class="lead">Specialized for <code>${model.specialization || 'nothing'}</code></p>`;
  return html`${title}${chooser}
${section('variants', 'Head to head', 'Per device class and size, fastest first.', headToHead(model.estimates))}
${section('scaling', 'With size', 'Both axes are logarithmic; size is the product of the size features.', scaling(model))}
${section('when', 'Over time', 'All variants together. Two bands mean two kinds of device, of size, or a variant that throttles.', when(model))}`;
}
