// What was served to whom, and why: one row a decision, newest first.

import { REASONS } from '@everypath/schema';
import { html } from 'hono/html';
import { formatAgo, formatInstant, formatNs, formatPercent } from '../format.ts';
import { type Html, nothing } from '../html.ts';
import type { Decision } from '../ports.ts';
import { functionPath, link, type ViewState } from '../state.ts';
import { classLabel } from './home.ts';
import { badge, empty, scroll } from './layout.ts';

export interface DecisionsModel {
  readonly decisions: readonly Decision[];
}

const REASON_WORDS: Readonly<Record<Decision['reason'], string>> = {
  predicted: 'predicted fastest',
  explore: 'tried, to learn',
  cold: 'nothing known yet',
  pinned: 'pinned in the registry',
  forced: 'forced by the caller',
};

export const reasonWords = (reason: Decision['reason']): string => REASON_WORDS[reason];

export function decisionTable(decisions: readonly Decision[], nowMs: number): Html {
  if (decisions.length === 0) {
    return empty(
      'No decision has been taken yet.',
      html`Each fetch is one: <code>everypath run @user/name</code>.`,
    );
  }
  return scroll(
    'Decisions',
    html`<table class="rows"><thead><tr><th scope="col">When</th><th scope="col">Function</th><th scope="col">Device class</th><th scope="col">Served</th><th scope="col">Reason</th><th scope="col" class="n">Propensity</th><th scope="col" class="n">Predicted</th><th scope="col"><span class="quiet">Explanation</span></th></tr></thead><tbody>${decisions.map(
      (row) =>
        html`<tr><td><time datetime="${new Date(row.atMs).toISOString()}" title="${formatInstant(row.atMs)} UTC">${formatAgo(row.atMs, nowMs)}</time></td><th scope="row"><a href="${functionPath(row.tag)}">${row.tag}</a></th><td title="${row.deviceClass}">${classLabel(row.deviceClass.split('/').slice(0, 3).join('/'))}</td><td><code>${row.variant}</code></td><td><span title="${reasonWords(row.reason)}">${badge(row.reason)}${row.cause === 'bench' ? html` ${badge('bench')}` : nothing}</span></td><td class="n">${formatPercent(row.propensity)}</td><td class="n">${formatNs(row.predictedNs)}</td><td><a href="${link(functionPath(row.tag, 'explain'), { class: row.deviceClass })}">Why?</a></td></tr>`,
    )}</tbody></table>`,
  );
}

export function decisionsView(model: DecisionsModel, state: ViewState, nowMs: number): Html {
  return html`<h1>Decisions</h1>
<p class="lead">The newest ${state.limit}${state.tag ? html` of ${state.tag} (<a href="/decisions">all functions</a>)` : nothing}. A propensity is the chance that this variant had of being served: what makes unbiased evaluation possible.</p>
<p class="legend">${REASONS.map((reason) => html`<span>${badge(reason)} <small>${reasonWords(reason)}</small></span>`)}</p>
${decisionTable(model.decisions, nowMs)}
${model.decisions.length >= state.limit && state.limit < 500 ? html`<p><a href="${link('/decisions', { ...state, limit: 500 })}">Show 500</a></p>` : nothing}`;
}
