// What a page says when there is nothing at its address.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { empty } from './layout.ts';

export const missingView = (what: string): Html =>
  html`<h1>Not found</h1>${empty(`There is no ${what} here.`, html`See <a href="/">all functions</a> or <a href="/operators">all operators</a>.`)}`;
