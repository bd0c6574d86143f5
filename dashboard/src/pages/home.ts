// The overview: every function, every device class, and the ledger that shows that nothing was lost.

import { html } from 'hono/html';
import { formatAgo, formatCount, formatPercent, plural } from '../format.ts';
import { type Html, nothing } from '../html.ts';
import type { Decision, FunctionSummary, Ledger } from '../ports.ts';
import { functionPath, link, type ViewState } from '../state.ts';
import type { ClassRow, Totals } from '../store.ts';
import { spark } from '../svg/spark.ts';
import { decisionTable } from './decisions.ts';
import { badge, empty, scroll, section } from './layout.ts';

export const ACTIVITY_SLOTS = 48;

export interface HomeModel {
  readonly functions: readonly (FunctionSummary & {
    /** Whole calls sampled in each of the period's slots. */
    readonly activity: readonly number[];
    readonly samples: number;
  })[];
  readonly classes: readonly ClassRow[];
  readonly totals: Totals;
  readonly ledger: Ledger;
  readonly decisions: readonly Decision[];
}

const tile = (value: string, label: string, note: string): Html =>
  html`<div class="tile"><dt>${label}</dt><dd>${value}<small>${note}</small></dd></div>`;

function ledgerView(ledger: Ledger): Html {
  const parts = ['stored', 'spooled', 'duplicate', 'rejected', 'setAside'] as const;
  const balanced = ledger.received === parts.reduce((sum, part) => sum + ledger[part], 0);
  const total = Math.max(1, ledger.received);
  return html`<div class="ledger"><p class="sum"><strong>${formatCount(ledger.received)}</strong> received ${balanced ? '=' : '≠'} ${parts.map((part, index) => html`${index > 0 ? ' + ' : ''}<strong>${formatCount(ledger[part])}</strong> ${part === 'setAside' ? 'set aside' : part}`)} ${balanced ? badge('good', 'nothing lost') : badge('bad', 'does not add up')}</p>
<svg class="stack" role="img" aria-label="${parts.map((part) => `${formatPercent(ledger[part] / total)} ${part}`).join(', ')}" width="100%" height="10">${
    parts.reduce(
      (drawn, part) => {
        const share = (100 * ledger[part]) / total;
        drawn.pieces.push(
          html`<rect class="${part}" x="${drawn.at.toFixed(2)}%" width="${share.toFixed(2)}%" height="10"/>`,
        );
        drawn.at += share;
        return drawn;
      },
      { at: 0, pieces: [] as Html[] },
    ).pieces
  }</svg></div>`;
}

function functionsView(model: HomeModel, state: ViewState, nowMs: number): Html {
  if (model.functions.length === 0) {
    return empty(
      'No function is published yet.',
      html`Run <code>everypath compile FILE.py</code>, or <code>npm run demo</code> for four real ones.`,
    );
  }
  return scroll(
    'Functions',
    html`<table class="rows"><thead><tr><th scope="col">Function</th><th scope="col" class="n">Variants</th><th scope="col" class="n">Targets</th><th scope="col" class="n">Calls sampled</th><th scope="col" class="chart">In the last ${state.period}</th><th scope="col">Published</th></tr></thead><tbody>${model.functions.map(
      (row) =>
        html`<tr><th scope="row"><a href="${link(functionPath(row.tag), { class: state.class, period: state.period })}">${row.tag}</a>${row.description ? html`<small>${row.description}</small>` : nothing}</th><td class="n">${formatCount(row.variants)}</td><td class="n">${row.targets.length}</td><td class="n">${formatCount(row.samples)}</td><td class="chart">${spark(row.activity, `${formatCount(row.samples)} sampled calls of ${row.tag}`)}</td><td>${formatAgo(row.updatedAtMs, nowMs)}</td></tr>`,
    )}</tbody></table>`,
  );
}

function classesView(classes: readonly ClassRow[], state: ViewState, nowMs: number): Html {
  if (classes.length === 0) {
    return empty(
      'No device has reported in this period.',
      html`A client that runs a function reports by itself; <code>everypath run @user/name</code> is one.`,
    );
  }
  const most = Math.max(...classes.map((row) => row.samples));
  return scroll(
    'Device classes',
    html`<table class="rows"><thead><tr><th scope="col">Device class</th><th scope="col" class="n">Devices</th><th scope="col" class="n">Samples</th><th scope="col" class="chart"><span class="quiet">Share of samples</span></th><th scope="col">Last seen</th></tr></thead><tbody>${classes.map(
      (row) =>
        html`<tr><th scope="row"><a href="${link('/operators', { class: row.deviceClass, depth: 4, period: state.period })}">${classLabel(row.deviceClass)}</a></th><td class="n">${formatCount(row.devices)}</td><td class="n">${formatCount(row.samples)}</td><td class="chart"><svg class="bar" aria-hidden="true" width="100%" height="8"><rect class="track" width="100%" height="8" rx="4"/><rect class="fill plain" width="${((100 * row.samples) / most).toFixed(2)}%" height="8" rx="4"/></svg></td><td>${formatAgo(row.lastMs, nowMs)}</td></tr>`,
    )}</tbody></table>`,
  );
}

/** A device class with its levels told apart. */
export const classLabel = (deviceClass: string): Html =>
  html`<span class="cell">${deviceClass.split('/').map((part, index) => html`${index > 0 ? html`<i>/</i>` : nothing}<span>${part}</span>`)}</span>`;

export function homeView(model: HomeModel, state: ViewState, nowMs: number): Html {
  const variants = model.functions.reduce((sum, row) => sum + row.variants, 0);
  const targets = new Set(model.functions.flatMap((row) => row.targets));
  return html`<h1>Every path, measured</h1>
<dl class="tiles">${tile(formatCount(model.functions.length), 'Functions', 'published')}${tile(formatCount(variants), 'Variants', plural(targets.size, 'target'))}${tile(formatCount(model.totals.devices), 'Devices', `${model.totals.estimated ? 'about; ' : ''}last ${state.period}`)}${tile(formatCount(model.totals.samples), 'Samples', `${model.totals.estimated ? 'about; ' : ''}last ${formatAgo(model.totals.lastMs, nowMs)}`)}</dl>
${section('functions', 'Functions', '', functionsView(model, state, nowMs))}
${section('devices', 'Devices', 'What reports, at the finest cell of its class. A link leads to its operators.', classesView(model.classes, state, nowMs))}
${section('latest', 'Latest decisions', '', decisionTable(model.decisions, nowMs))}
${section('ledger', 'Ledger', 'Every sample since the service started, and where it is now.', ledgerView(model.ledger))}`;
}
