// The page's side of the browser device: reads a request as JSON, runs the shared session, answers as JSON. Bundled
// with the browser's entry of the client; never run by Node.

import { createClient, detectDevice, openProgram, type Value } from '@everypath/client';
import {
  type Candidate,
  type ClientLibrary,
  type MeasureOptions,
  measureEveryVariant,
  type SessionSetup,
  type VisitOptions,
  visit,
} from './device-session.ts';
import { decodeValue, encodeValue } from './typed-array-json.ts';

export type BrowserCall =
  | { readonly kind: 'isa' }
  /** What the calls after this one run on. */
  | { readonly kind: 'inputs'; readonly inputs: readonly Value[] }
  | { readonly kind: 'visit'; readonly setup: SessionSetup; readonly options: VisitOptions }
  | {
      readonly kind: 'measure';
      readonly setup: SessionSetup;
      readonly candidates: readonly Candidate[];
      readonly options: MeasureOptions;
    };

const library: ClientLibrary = { createClient, openProgram };

let inputs: readonly Value[] = [];

async function answer(call: BrowserCall): Promise<unknown> {
  switch (call.kind) {
    case 'inputs':
      inputs = call.inputs;
      return null;
    case 'isa':
      return (await detectDevice({})).isaLevel;
    case 'visit':
      return visit(library, call.setup, inputs, call.options);
    case 'measure':
      return measureEveryVariant(library, call.setup, inputs, call.candidates, call.options);
  }
}

async function everypathDemo(request: string): Promise<string> {
  const call = JSON.parse(request, decodeValue) as BrowserCall;
  return JSON.stringify(await answer(call), encodeValue);
}

Object.assign(globalThis, { everypathDemo });
