// A bar for "how many times slower than the best": empty at 1×, full at `full` times, logarithmic between.

import { html } from 'hono/html';
import { formatRatio } from '../format.ts';
import type { Html } from '../html.ts';
import { percent } from './scale.ts';

/** Colour level of a ratio, 0 (the best) to 5 (eight times slower or worse). */
export function ratioLevel(ratio: number): number {
  if (ratio < 1.02) return 0;
  return 1 + [1.1, 1.4, 2.2, 5].filter((bound) => ratio >= bound).length;
}

export function ratioBar(ratio: number, full = 16): Html {
  const share = Math.min(1, Math.log(Math.max(1, ratio)) / Math.log(full));
  return html`<span class="ratio"><svg class="bar" aria-hidden="true" width="100%" height="8"><rect class="track" width="100%" height="8" rx="4"/><rect class="fill r${ratioLevel(ratio)}" width="${percent(Math.max(2.5, 100 * share))}" height="8" rx="4"/></svg><span class="number">${formatRatio(ratio)}</span></span>`;
}
