// A sparkline: counts over time in the space of a word.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { rounded } from './scale.ts';

/** `values` are evenly spaced; the sentence is what a screen reader says. */
export function spark(values: readonly number[], sentence: string): Html {
  const top = Math.max(1, ...values);
  const step = 100 / Math.max(1, values.length);
  const bars = values
    .map((value, index) =>
      value > 0
        ? `M${rounded(index * step)} 24v${-rounded(Math.max(1.5, (22 * value) / top))}h${rounded(step * 0.78)}V24z`
        : '',
    )
    .join('');
  return html`<svg class="spark" role="img" aria-label="${sentence}" viewBox="0 0 100 24" preserveAspectRatio="none" width="100%" height="24"><path class="floor" d="M0 23.5H100"/><path class="area" d="${bars || 'M0 24'}"/></svg>`;
}
