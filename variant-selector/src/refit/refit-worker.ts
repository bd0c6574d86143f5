// The thread that fits: gets samples as text, parses and fits them, gives models back.

import { parentPort } from 'node:worker_threads';
import { parseSamples, type SampleText } from '../model/sample-store.ts';
import { areSound, type FitReport, RefitEngine } from './refit-engine.ts';

export interface RefitRequest {
  readonly text: SampleText;
  /** Whether the text is everything there is, or only what changed. */
  readonly full: boolean;
  readonly ranks: readonly (readonly [string, number])[];
}

export type RefitReply =
  | { readonly kind: 'fitted'; readonly report: FitReport; readonly heapBytes: number }
  | { readonly kind: 'failed'; readonly error: string };

const engine = new RefitEngine();

parentPort?.on('message', ({ text, full, ranks }: RefitRequest) => {
  let reply: RefitReply;
  try {
    engine.take(parseSamples(text), full);
    const report = engine.fit(new Map(ranks));
    if (report.models !== null && !areSound(report.models)) throw new Error('the fit is not finite');
    reply = { kind: 'fitted', report, heapBytes: process.memoryUsage().heapUsed };
  } catch (error) {
    reply = {
      kind: 'failed',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  parentPort?.postMessage(reply);
});
