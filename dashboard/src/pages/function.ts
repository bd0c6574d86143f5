// One function on one device class: its source with the time that each line takes, and every variant's measured
// latency beside the predicted one.

import { html } from 'hono/html';
import {
  formatBytes,
  formatCount,
  formatNs,
  formatPercent,
  formatRatio,
  formatTick,
  plural,
} from '../format.ts';
import { type Html, nothing } from '../html.ts';
import type { Decision, FunctionDetail } from '../ports.ts';
import { functionPath, link, pathOf, type ViewState } from '../state.ts';
import type { Estimate } from '../store.ts';
import { dotAxis, dots } from '../svg/dots.ts';
import { ratioBar } from '../svg/ratio-bar.ts';
import { logScale, percent } from '../svg/scale.ts';
import { decisionTable } from './decisions.ts';
import { badge, empty, scroll, section } from './layout.ts';

export interface VariantRow {
  readonly id: string;
  readonly target: string;
  readonly isaLevel: string;
  readonly path: readonly string[];
  readonly sizeBytes: number;
  readonly proof: { readonly how: string; readonly by: string; readonly cases: number };
  readonly measured: Estimate | null;
  readonly predictedNs: number | null;
  readonly ratio: number | null;
}

export interface FunctionModel {
  readonly detail: Omit<FunctionDetail, 'variants'>;
  readonly deviceClass: string;
  readonly variants: readonly VariantRow[];
  /** How many variants there are before the limit cuts. */
  readonly total: number;
  readonly served: { readonly variant: string; readonly reason: Decision['reason'] } | null;
  /** The variant whose nodes are timed below, and their latencies. */
  readonly timed: string | null;
  readonly nodes: readonly (Estimate & { readonly node: number })[];
  readonly targets: readonly { readonly target: string; readonly variants: number; readonly bytes: number }[];
  readonly decisions: readonly Decision[];
}

/** Which nodes tell variants apart: those whose operator variant differs between some two of them. */
export function choiceNodes(paths: readonly (readonly string[])[]): readonly number[] {
  const width = Math.max(0, ...paths.map((path) => path.length));
  return Array.from({ length: width }, (_, node) => node).filter(
    (node) => new Set(paths.map((path) => path[node])).size > 1,
  );
}

function verdict(model: FunctionModel): Html {
  const measured = model.variants.filter((row) => row.measured !== null);
  const best = measured[0];
  const where = model.deviceClass ? html` on <code>${model.deviceClass}</code>` : nothing;
  if (!best?.measured) return html`Nothing has been measured${where} in this period yet.`;
  const served = measured.find((row) => row.id === model.served?.variant);
  const slowest = measured.at(-1);
  const spread =
    slowest?.measured && measured.length > 1
      ? html`, ${formatRatio(slowest.measured.medianNs / best.measured.medianNs)} faster than the slowest of ${formatCount(measured.length)} measured`
      : nothing;
  if (served?.measured && served.id !== best.id) {
    return html`Serves <code>${served.id}</code>${where}: <strong>${formatNs(served.measured.medianNs)}</strong>, ${formatRatio(served.ratio)} the fastest, <code>${best.id}</code> at ${formatNs(best.measured.medianNs)}${spread}.`;
  }
  return html`${served ? 'Serves the fastest' : 'The fastest'}${where}: <code>${best.id}</code> at <strong>${formatNs(best.measured.medianNs)}</strong>${spread}.`;
}

function variantTable(model: FunctionModel): Html {
  if (model.variants.length === 0) {
    return empty('No variant of this function runs on this device class.', html`Choose another class above.`);
  }
  const values = model.variants.flatMap((row) => [
    ...(row.measured ? [row.measured.lowNs, row.measured.highNs] : []),
    ...(row.predictedNs === null ? [] : [row.predictedNs]),
  ]);
  const scale = logScale(values);
  const choices = choiceNodes(model.variants.map((row) => row.path));
  const shown = model.variants.map((row) => {
    const isServed = row.id === model.served?.variant;
    const sentence = row.measured
      ? `${row.id}: measured ${formatNs(row.measured.medianNs)}, between ${formatNs(row.measured.lowNs)} and ${formatNs(row.measured.highNs)}${row.predictedNs === null ? '' : `, predicted ${formatNs(row.predictedNs)}`}, ${plural(row.measured.devices, 'device')}`
      : row.predictedNs === null
        ? `${row.id}: neither measured nor predicted`
        : `${row.id}: not measured, predicted ${formatNs(row.predictedNs)}`;
    const marks = [
      isServed ? badge('served') : nothing,
      row.ratio === 1 ? badge('best', 'fastest') : nothing,
      row.id === model.detail.pinned ? badge('pinned') : nothing,
    ];
    return html`<tr${isServed ? html` class="served"` : nothing}><th scope="row"><code>${row.id}</code> ${marks}${pathSteps(row.path, choices, model.detail.nodes)}</th><td class="chart">${dots({ measured: row.measured ? { value: row.measured.medianNs, low: row.measured.lowNs, high: row.measured.highNs } : null, predicted: row.predictedNs, emphasis: isServed || row.ratio === 1, sentence }, scale)}</td><td class="n">${formatNs(row.measured?.medianNs ?? null)}</td><td class="n">${formatNs(row.predictedNs)}</td><td class="ratio">${row.ratio === null ? '–' : ratioBar(row.ratio)}</td><td class="n">${row.measured ? formatCount(row.measured.samples) : '–'}</td><td>${row.isaLevel}</td><td class="n">${formatBytes(row.sizeBytes)}</td><td><span title="${row.proof.by}, ${plural(row.proof.cases, 'case')}">${badge(row.proof.how)}</span></td></tr>`;
  });
  return scroll(
    'Variants',
    html`<table class="rows variants"><thead><tr><th scope="col">Variant${pathHeading(choices, model.detail.nodes)}</th><th scope="col" class="chart"><span class="legend"><span class="key measured">measured</span> <span class="key predicted">predicted</span></span>${dotAxis(scale, formatTick)}</th><th scope="col" class="n">Measured</th><th scope="col" class="n">Predicted</th><th scope="col" class="ratio">To fastest</th><th scope="col" class="n">Samples</th><th scope="col">Needs</th><th scope="col" class="n">Size</th><th scope="col">Proof</th></tr></thead><tbody>${shown}</tbody></table>`,
  );
}

/** The last two names of an operator: `Image.resize`, `numpy.matmul`. */
export const shortOperator = (operator: string): string => operator.split('.').slice(-2).join('.');

/** The last name of an operator, where space is short: `resize`. */
export const lastName = (operator: string): string => operator.slice(operator.lastIndexOf('.') + 1);

/** The operator variants chosen where variants differ, in the order that the heading names. */
export function pathSteps(
  path: readonly string[],
  choices: readonly number[],
  nodes: FunctionDetail['nodes'],
): Html {
  if (choices.length === 0) return html`<span class="path"><span class="quiet">the only path</span></span>`;
  return html`<span class="path">${choices.map((node) => html`<span class="step" title="${nodes[node]?.label ?? ''} (line ${nodes[node]?.line ?? 0})">${path[node] ?? '–'}</span>`)}</span>`;
}

/** Names the operators of the path's steps once, instead of in every row. */
export const pathHeading = (choices: readonly number[], nodes: FunctionDetail['nodes']): Html =>
  choices.length === 0
    ? nothing
    : html`<span class="path">${choices.map((node) => html`<span class="step">${lastName(nodes[node]?.operator ?? `node ${node}`)}</span>`)}</span>`;

function sourceView(model: FunctionModel): Html {
  const byNode = new Map(model.nodes.map((row) => [row.node, row]));
  const perLine = new Map<number, { ns: number; labels: string[]; operators: string[] }>();
  for (const node of model.detail.nodes) {
    const line = perLine.get(node.line) ?? { ns: 0, labels: [], operators: [] };
    line.ns += byNode.get(node.index)?.medianNs ?? 0;
    line.labels.push(node.label);
    line.operators.push(node.operator);
    perLine.set(node.line, line);
  }
  const total = [...perLine.values()].reduce((sum, line) => sum + line.ns, 0);
  const lines = model.detail.source.replace(/\n$/, '').split('\n');
  const rows = lines.map((text, index) => {
    const timed = perLine.get(index + 1);
    const share = timed && total > 0 ? timed.ns / total : 0;
    const heat = timed?.ns
      ? html`<svg class="bar" aria-hidden="true" width="100%" height="8"><rect class="fill hot" width="${percent(Math.max(1.5, share * 100))}" height="8" rx="2"/></svg>`
      : nothing;
    return html`<tr${timed ? html` class="timed"` : nothing}><td class="number">${index + 1}</td><td class="code"><code>${text || ' '}</code></td><td class="n">${timed?.ns ? formatNs(timed.ns) : timed ? html`<span class="quiet">timed, no samples</span>` : nothing}</td><td class="heat">${heat}</td><td class="n">${timed?.ns ? formatPercent(share) : nothing}</td><td class="operators">${timed ? [...new Set(timed.operators)].map((name) => html`<a href="${link(pathOf('operators', name), { class: model.deviceClass })}">${shortOperator(name)}</a> `) : nothing}</td></tr>`;
  });
  return scroll(
    'Source',
    html`<table class="source"><thead><tr><th scope="col"><span class="quiet">Line</span></th><th scope="col">${model.detail.file}</th><th scope="col" class="n">Time</th><th scope="col" class="heat"><span class="quiet">Share as a bar</span></th><th scope="col" class="n">Share</th><th scope="col">Operators</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

export function functionView(model: FunctionModel, state: ViewState, nowMs: number): Html {
  const path = functionPath(model.detail.tag);
  return html`<h1>${model.detail.tag}</h1>
<p class="verdict">${verdict(model)} ${model.deviceClass ? html`<a href="${link(functionPath(model.detail.tag, 'explain'), { class: model.deviceClass })}">Why?</a>` : nothing}</p>
<div class="chips" role="group" aria-label="Target"><span class="caption" aria-hidden="true">Target</span>${model.targets.map((row) => html`<a href="${link(path, { ...state, class: row.target })}"${model.deviceClass.split('/')[0] === row.target ? html` aria-current="true"` : nothing}>${row.target} <small>${row.variants}</small></a>`)}</div>
${section('variants', 'Variants', html`${plural(model.total, 'variant')}${model.deviceClass ? html` for <code>${model.deviceClass.split('/')[0] ?? ''}</code>` : nothing}, fastest first. A path names the operator variant chosen wherever two variants differ.`, variantTable(model))}
${model.total > model.variants.length ? html`<p>Showing ${model.variants.length}. <a href="${link(path, { ...state, limit: 500 })}">Show up to 500</a></p>` : nothing}
${section('source', 'Where the time goes', model.timed ? html`Per line, as variant <code>${model.timed}</code> spends it.` : 'No variant has reported its operators here yet.', sourceView(model))}
${section('latest', 'Latest decisions', html`<a href="${link('/decisions', { tag: model.detail.tag })}">All decisions of this function</a>`, decisionTable(model.decisions, nowMs))}`;
}
