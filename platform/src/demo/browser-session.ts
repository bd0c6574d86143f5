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

function decodeValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('typedArray' in value) || !('base64' in value)) {
    return value;
  }
  const bytes = Uint8Array.from(atob(String(value.base64)), (character) => character.charCodeAt(0));
  const Constructor = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[
    String(value.typedArray)
  ];
  return Constructor ? new Constructor(bytes.buffer) : bytes;
}

function encodeValue(_key: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return { typedArray: value.constructor.name, base64: btoa(text) };
}

Object.assign(globalThis, { everypathDemo });
