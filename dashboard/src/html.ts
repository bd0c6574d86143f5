// The type of a piece of page. `hono/html` escapes every value that is not itself a piece.

import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

export const nothing: Html = html``;
