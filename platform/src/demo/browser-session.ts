// The page's side of the browser device: reads a request as JSON, runs the shared session, answers as JSON. Bundled
// with the browser's entry of the client; never run by Node.

import { createClient, detectDevice, openProgram } from '@everypath/client';
import { openSession, type SessionCall } from './device-session.ts';
import { decodeValue, encodeValue } from './typed-array-json.ts';

export type BrowserCall = SessionCall | { readonly kind: 'isa' };

// A page's programs have one thread, which is idle when it is not called.
const session = openSession({ createClient, openProgram, rest: () => {} });

async function everypathDemo(request: string): Promise<string> {
  const call = JSON.parse(request, decodeValue) as BrowserCall;
  const result = call.kind === 'isa' ? (await detectDevice({})).isaLevel : await session(call);
  return JSON.stringify(result, encodeValue);
}

Object.assign(globalThis, { everypathDemo });
