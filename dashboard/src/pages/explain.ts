// Why a device of a class gets the variant it gets: the candidates, what each node was predicted to take, and the
// samples behind every figure.

import { html } from 'hono/html';
import { formatCount, formatNs, formatPercent, formatTick, plural } from '../format.ts';
import { type Html, nothing } from '../html.ts';
import type { ExplainedCandidate, Explanation, FunctionDetail } from '../ports.ts';
import { functionPath, link, pathOf, type ViewState } from '../state.ts';
import { groupBy } from '../statistics.ts';
import { dotAxis, dots } from '../svg/dots.ts';
import { ratioBar } from '../svg/ratio-bar.ts';
import { logScale, percent } from '../svg/scale.ts';
import { reasonWords } from './decisions.ts';
import { choiceNodes, pathHeading, pathSteps, shortOperator } from './function.ts';
import { classLabel } from './home.ts';
import { badge, empty, scroll, section } from './layout.ts';

export interface ExplainModel {
  readonly explanation: Explanation | null;
  readonly tag: string;
  readonly deviceClass: string;
  readonly nodes: FunctionDetail['nodes'];
}

/** Rows of the candidate table. The rest are slower and say little more. */
const SHOWN = 60;

function nodeTable(chosen: ExplainedCandidate, model: ExplainModel): Html {
  const total = chosen.nodes.reduce((sum, node) => sum + (node.predictedNs ?? 0), 0);
  return scroll(
    'Predictions per operator',
    html`<table class="rows"><thead><tr><th scope="col" class="n">Line</th><th scope="col">Node</th><th scope="col">Operator</th><th scope="col">Variant chosen</th><th scope="col" class="n">Predicted</th><th scope="col" class="chart"><span class="quiet">Share</span></th><th scope="col" class="n">Samples</th><th scope="col">From the model of</th></tr></thead><tbody>${chosen.nodes.map(
      (node) => {
        const described = model.nodes[node.index];
        const share = total > 0 ? (node.predictedNs ?? 0) / total : 0;
        return html`<tr><td class="n">${described?.line ?? '–'}</td><th scope="row">${described?.label ?? `node ${node.index}`}</th><td><a href="${link(pathOf('operators', node.operator), { class: model.deviceClass })}">${shortOperator(node.operator)}</a></td><td><code>${node.operatorVariant}</code></td><td class="n">${formatNs(node.predictedNs)}</td><td class="chart"><svg class="bar" aria-hidden="true" width="100%" height="8"><rect class="track" width="100%" height="8" rx="4"/><rect class="fill hot" width="${percent(share * 100)}" height="8" rx="4"/></svg></td><td class="n">${formatCount(node.samples)}</td><td>${node.cell ? html`<code>${node.cell}</code>` : html`<span class="quiet">no samples: the variant's own estimate</span>`}</td></tr>`;
      },
    )}</tbody></table>`,
  );
}

function candidateTable(explanation: Explanation, model: ExplainModel): Html {
  const known = explanation.candidates.flatMap((row) => (row.predictedNs === null ? [] : [row.predictedNs]));
  const best = Math.min(...known);
  const shown = explanation.candidates.slice(0, SHOWN);
  const scale = logScale(shown.flatMap((row) => [...(row.intervalNs ?? []), row.predictedNs ?? Number.NaN]));
  const choices = choiceNodes(explanation.candidates.map((row) => row.path));
  const rows = shown.map((row) => {
    const chosen = row.variant === explanation.chosen;
    const sentence = row.intervalNs
      ? `${row.variant}: predicted ${formatNs(row.predictedNs)}, between ${formatNs(row.intervalNs[0])} and ${formatNs(row.intervalNs[1])}`
      : `${row.variant}: nothing measured, nothing predicted`;
    const interval = row.intervalNs ? { low: row.intervalNs[0], high: row.intervalNs[1] } : null;
    return html`<tr${chosen ? html` class="served"` : nothing}><th scope="row"><code>${row.variant}</code> ${chosen ? badge('served') : nothing}${pathSteps(row.path, choices, model.nodes)}</th><td class="chart">${dots({ measured: null, predicted: row.predictedNs, predictedInterval: interval, emphasis: chosen, sentence }, scale)}</td><td class="n">${formatNs(row.predictedNs)}</td><td class="ratio">${row.predictedNs === null ? html`<span class="quiet">unknown</span>` : ratioBar(row.predictedNs / best)}</td><td class="n">${formatPercent(row.propensity)}</td><td class="n">${formatCount(row.samples)}</td></tr>`;
  });
  const more = explanation.candidates.length - shown.length;
  return html`${scroll('Candidates', html`<table class="rows variants"><thead><tr><th scope="col">Candidate${pathHeading(choices, model.nodes)}</th><th scope="col" class="chart"><span class="legend"><span class="key predicted">predicted, with 90 % interval</span></span>${dotAxis(scale, formatTick)}</th><th scope="col" class="n">Predicted</th><th scope="col" class="ratio">To best</th><th scope="col" class="n">Propensity</th><th scope="col" class="n">Calls measured</th></tr></thead><tbody>${rows}</tbody></table>`)}${more > 0 ? html`<p class="quiet">and ${plural(more, 'slower candidate')} more, in the JSON.</p>` : nothing}`;
}

function excludedList(excluded: Explanation['excluded']): Html {
  const reasons = groupBy(excluded, (row) => row.why);
  return html`<ul>${[...reasons].map(([why, rows]) => html`<li>${plural(rows.length, 'variant')}: ${why}</li>`)}</ul>`;
}

export function explainView(model: ExplainModel, _state: ViewState): Html {
  const { explanation } = model;
  const title = html`<h1>Why? <small><a href="${link(functionPath(model.tag), { class: model.deviceClass })}">${model.tag}</a></small></h1>`;
  if (!explanation) {
    return html`${title}${empty('Choose a device class above.', html`A decision is taken for one device; <code>everypath explain ${model.tag}</code> explains it for this machine.`)}`;
  }
  const chosen = explanation.candidates.find((row) => row.variant === explanation.chosen);
  return html`${title}
<p class="verdict">${classLabel(model.deviceClass)} gets <code>${explanation.chosen}</code> ${badge(explanation.reason)} ${reasonWords(explanation.reason)}, with a propensity of ${formatPercent(explanation.propensity)}.</p>
${explanation.summary ? html`<p class="lead">${explanation.summary}</p>` : nothing}
${chosen && chosen.nodes.length > 0 ? section('nodes', 'What its prediction is made of', '', nodeTable(chosen, model)) : nothing}
${section('candidates', 'Candidates', `${plural(explanation.candidates.length, 'variant')} that this device can run, predicted fastest first.`, candidateTable(explanation, model))}
${explanation.excluded.length > 0 ? section('excluded', 'Left out', '', excludedList(explanation.excluded)) : nothing}`;
}
