// What a browser needs to be a device: the client's bundle, and a page that is cross-origin isolated, because only
// there the clock steps by 5 µs instead of 100.

import { Hono } from 'hono';

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
};

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>This browser as a device · everypath</title>
<link rel="stylesheet" href="/dashboard.css"><link rel="icon" href="/dashboard.svg"></head>
<body><main class="wide"><h1>This browser as a device</h1>
<p class="lead">An isolated page: <code>import { createClient } from '/client.js'</code> runs everypath functions here.</p>
</main></body></html>
`;

/** Serves `/client.js` (bundled on first use) and `/browser`. */
export function browserPage(bundle: () => Promise<string>): Hono {
  let bundled: Promise<string> | undefined;
  const app = new Hono();
  app.get('/browser', (c) => c.html(PAGE, 200, ISOLATED));
  app.get('/client.js', async (c) => {
    bundled ??= bundle().catch((error: unknown) => {
      bundled = undefined;
      throw error;
    });
    return c.body(await bundled, 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });
  return app;
}
