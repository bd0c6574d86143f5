// The page's side of proving in a browser: keeps cases, opens programs, judges. Bundled with the browser's entry of the
// client; never run by Node.

import { openProgram } from '@everypath/client';
import { decodeCase } from './case-json.ts';
import type { Allowance } from './compare.ts';
import { createTally, judge, nothingRan, type Outcome } from './judge.ts';
import type { OracleCase } from './oracle.ts';

export type BrowserRequest =
  | { readonly kind: 'cases'; readonly cases: readonly OracleCase[] }
  | { readonly kind: 'run'; readonly program: Uint8Array; readonly allowance: Allowance };

let cases: readonly OracleCase[] = [];

async function answer(request: BrowserRequest): Promise<Outcome> {
  const tally = createTally();
  if (request.kind === 'cases') {
    cases = request.cases;
    return tally.outcome;
  }
  try {
    const program = await openProgram(request.program, { target: 'wasm32' });
    for (const one of cases) tally.add(one, judge(program, one, request.allowance));
    program.close();
    return tally.outcome;
  } catch (error) {
    return nothingRan(error instanceof Error ? error.message : String(error));
  }
}

Object.assign(globalThis, {
  everypathProve: async (request: string): Promise<string> =>
    JSON.stringify(await answer(JSON.parse(request, decodeCase) as BrowserRequest)),
});
