// CPython as the judge: runs a file's function in a child process and gives its cases with their answers. The child
// is plain CPython with whatever NumPy and Pillow it has; a file that hangs or kills it is an error, not a crash.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Type } from '@everypath/schema';
import { readTagged, type Tagged, type TaggedJson } from './tagged.ts';

/** What a function did with one case's arguments. */
export type Expected =
  | { readonly kind: 'returned'; readonly value: Tagged }
  | {
      readonly kind: 'raised';
      readonly type: string;
      readonly message: string;
      readonly line: number | null;
    };

export interface OracleCase {
  readonly index: number;
  readonly arguments: readonly Tagged[];
  /** The arguments' own types, null where a value has none. */
  readonly types: readonly (Type | null)[];
  readonly expected: Expected;
  /** The result's own type, null where it has none or the case raised. */
  readonly resultType: Type | null;
  /** Indices of arguments that the call changed. */
  readonly changed: readonly number[];
}

export interface OracleEntry {
  readonly name: string;
  /** Line of the function in its file. */
  readonly line: number;
  readonly parameters: readonly string[];
  /** Which parameters' annotations leave the type to the cases. */
  readonly open: readonly boolean[];
  readonly resultOpen: boolean;
  readonly cases: number;
  /** Whether the cases were made from annotations. */
  readonly generated: boolean;
  /** `{ python: '3.11.2', numpy: '1.24.2' }` */
  readonly versions: Readonly<Record<string, string>>;
}

export type OracleAnswer =
  | { readonly kind: 'answered'; readonly entry: OracleEntry; readonly cases: readonly OracleCase[] }
  | { readonly kind: 'refused'; readonly message: string; readonly line: number | null };

export interface OracleRequest {
  readonly file: string;
  /** Name of the function; without it the decorated one, else `entry`. */
  readonly entry?: string;
  /** Seed of cases made from annotations. */
  readonly seed?: number;
  /** The Python to run; Debian's by default, `EVERYPATH_PYTHON` overrides. */
  readonly python?: string;
  readonly timeoutMs?: number;
}

interface CaseJson {
  readonly index: number;
  readonly arguments: readonly TaggedJson[];
  readonly types: readonly (Type | null)[];
  readonly result?: TaggedJson;
  readonly raised?: { readonly type: string; readonly message: string; readonly line: number | null };
  readonly resultType?: Type | null;
  readonly changed: readonly number[];
}

type LineJson =
  | ({ readonly kind: 'entry' } & OracleEntry)
  | ({ readonly kind: 'case' } & CaseJson)
  | { readonly kind: 'refused'; readonly message: string; readonly line?: number | null };

const script = fileURLToPath(new URL('./oracle/oracle.py', import.meta.url));
const TIMEOUT_MS = 120_000;

function readCase(json: CaseJson): OracleCase {
  const { index, types, changed } = json;
  const expected: Expected = json.raised
    ? { kind: 'raised', ...json.raised }
    : { kind: 'returned', value: readTagged(json.result ?? { kind: 'none' }) };
  return {
    index,
    types,
    changed,
    expected,
    resultType: json.resultType ?? null,
    arguments: json.arguments.map(readTagged),
  };
}

/** The Python that judges when none is named. */
export const defaultPython = (): string => process.env.EVERYPATH_PYTHON || '/usr/bin/python3';

/** Asks CPython. Never rejects: what goes wrong is a refusal with a reason. */
export async function askOracle(request: OracleRequest): Promise<OracleAnswer> {
  const { file, entry, seed = 1, python = defaultPython(), timeoutMs = TIMEOUT_MS } = request;
  // -B leaves no files; a fixed hash seed makes sets and the cases' order the same every time; one BLAS thread and
  // one result.
  const child = spawn(python, ['-B', script], {
    env: { ...process.env, PYTHONHASHSEED: '0', OPENBLAS_NUM_THREADS: '1', PYTHONIOENCODING: 'utf-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ file, entry, seed }));
  const closed = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`${python}: ${error.message}`));
    child.on('close', (code, signal) => {
      const why =
        signal === 'SIGKILL' ? `was stopped after ${timeoutMs / 1000} s` : `ended with ${signal ?? code}`;
      resolve(code === 0 ? '' : `CPython ${why}${printed ? `: ${printed.trim().split('\n').at(-1)}` : ''}`);
    });
  });
  let found: OracleEntry | null = null;
  let refusal: OracleAnswer | null = null;
  const cases: OracleCase[] = [];
  for await (const text of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = JSON.parse(text) as LineJson;
    if (line.kind === 'entry') found = line;
    else if (line.kind === 'case') cases.push(readCase(line));
    else refusal = { kind: 'refused', message: line.message, line: line.line ?? null };
  }
  const failure = await closed;
  if (refusal) return refusal;
  if (failure !== '') return { kind: 'refused', message: failure, line: null };
  if (!found) return { kind: 'refused', message: 'CPython gave no answer', line: null };
  return { kind: 'answered', entry: found, cases };
}
