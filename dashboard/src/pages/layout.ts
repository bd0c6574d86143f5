// The frame of every page: head, navigation, the filter strip, and the line that says how fresh the data is.

import { CAUSES } from '@everypath/schema';
import { html } from 'hono/html';
import { formatAgo, formatCount, plural } from '../format.ts';
import { type Html, nothing } from '../html.ts';
import { link, PERIODS, type Period, type ViewState } from '../state.ts';
import type { ClassRow, Totals } from '../store.ts';

export interface Frame {
  readonly title: string;
  /** Path of this page, without the query. */
  readonly path: string;
  readonly state: ViewState;
  readonly room: 'home' | 'operators' | 'decisions';
  readonly totals: Totals;
  readonly classes: readonly ClassRow[];
  readonly nowMs: number;
  /** false where the filters change nothing. */
  readonly filters: boolean;
}

const NAVIGATION = [
  ['home', '/', 'Functions'],
  ['operators', '/operators', 'Operators'],
  ['decisions', '/decisions', 'Decisions'],
] as const;

/** Every device class and each of its prefixes, coarse before fine. */
export function classChoices(classes: readonly ClassRow[]): readonly string[] {
  const cells = new Set<string>();
  for (const row of classes) {
    const parts = row.deviceClass.split('/');
    for (let depth = 1; depth <= parts.length; depth++) cells.add(parts.slice(0, depth).join('/'));
  }
  return [...cells].sort();
}

function chips(label: string, items: readonly { text: string; href: string; on: boolean }[]): Html {
  return html`<div class="chips" role="group" aria-label="${label}"><span class="caption" aria-hidden="true">${label}</span>${items.map((item) => html`<a href="${item.href}"${item.on ? html` aria-current="true"` : nothing}>${item.text}</a>`)}</div>`;
}

function filterStrip(frame: Frame): Html {
  const { state, path } = frame;
  const periods = (Object.keys(PERIODS) as Period[]).map((period) => ({
    text: period,
    href: link(path, { ...state, period }),
    on: state.period === period,
  }));
  const causes = ['', ...CAUSES].map((cause) => ({
    text: cause || 'all',
    href: link(path, { ...state, cause }),
    on: state.cause === cause,
  }));
  const kept = (['period', 'cause', 'specialization', 'tag'] as const).map((name) =>
    state[name] && link('', { [name]: state[name] })
      ? html`<input type="hidden" name="${name}" value="${state[name]}">`
      : nothing,
  );
  return html`<div class="filters">
<form method="get" action="${path}"><label for="class">Device class</label>
<select id="class" name="class"><option value="">all devices</option>${classChoices(frame.classes).map((cell) => html`<option value="${cell}"${cell === state.class ? html` selected` : nothing}>${'  '.repeat(cell.split('/').length - 1)}${cell}</option>`)}</select>${kept}<button>Show</button></form>
${chips('Period', periods)}${chips('Cause', causes)}</div>`;
}

/** The whole document around a page's content. */
export function layout(frame: Frame, content: Html): Html {
  const json = `${frame.path === '/' ? '/index' : frame.path}.json`;
  const { totals } = frame;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${frame.title} · everypath</title>
<link rel="stylesheet" href="/dashboard.css"><link rel="icon" href="/dashboard.svg" type="image/svg+xml"></head>
<body><a class="skip" href="#content">Skip to content</a>
<header><div class="wide"><a class="brand" href="/"><svg aria-hidden="true" width="22" height="22" viewBox="0 0 24 24"><path class="lost" d="M3 12C9 12 9 5 21 5M3 12C9 12 9 19 21 19"/><path class="found" d="M3 12H21"/><circle class="found" cx="3" cy="12" r="2"/></svg>everypath</a>
<nav aria-label="Main">${NAVIGATION.map(([room, href, text]) => html`<a href="${href}"${room === frame.room ? html` aria-current="page"` : nothing}>${text}</a>`)}</nav>
<p class="fresh"><span class="pulse${totals.lastMs !== null && frame.nowMs - totals.lastMs < 600_000 ? ' live' : ''}" aria-hidden="true"></span>${totals.estimated ? 'about ' : ''}${formatCount(totals.samples)} samples · ${plural(totals.devices, 'device')} · last ${formatAgo(totals.lastMs, frame.nowMs)}</p></div></header>
<main id="content" class="wide">${frame.filters ? filterStrip(frame) : nothing}${content}</main>
<footer class="wide"><p>Latencies are medians of per-device medians with 95 % order-statistic intervals. <a href="${link(json, frame.state)}">This page as JSON</a></p></footer>
</body></html>`;
}

/** A titled block with its own anchor. */
export const section = (id: string, title: string, lead: string | Html, content: Html): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${lead ? html`<p class="lead">${lead}</p>` : nothing}${content}</section>`;

/** What to show where there is nothing yet, and how to make it appear. */
export const empty = (title: string, advice: Html): Html =>
  html`<div class="empty"><p><strong>${title}</strong></p><p>${advice}</p></div>`;

/** A table that scrolls sideways by itself on a narrow screen, reachable by keyboard. */
export const scroll = (label: string, table: Html): Html =>
  html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${table}</div>`;

/** A reason as a badge: colour and word. */
export const badge = (kind: string, text = kind): Html => html`<span class="badge ${kind}">${text}</span>`;
