// Builds the browser's client as one ES module, for services that hand it to pages. Node only.

import { join } from 'node:path';
import { build } from 'esbuild';

/** Properties that never leave the bundle: neither in JSON nor in what a page passes or gets. */
const INTERNAL =
  /^(environmentOverride|doNotTrack|attribution|warmUpCalls|telemetryDrain|abiVersion|addressOf|entrances|assertAnswers|(message|type|frame|frameFunction)Bytes|frameFunction|max(Samples|Frames|Features|Batches))$/;

/** The minified module's text, some 30 kB. Import it under any name: `import { createClient } from '/client.js'`. */
export async function buildBrowserBundle(): Promise<string> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, 'browser.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    mangleProps: INTERNAL,
    // Class names are what a page's console shows of an error.
    keepNames: false,
    legalComments: 'none',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}
