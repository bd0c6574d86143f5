// Sends the requests and looks at what comes back: no answer may be a fault of the service, the process must live,
// take a good request at any time, and be no larger at the end than it was when it had warmed up.

import { Agent, request as httpRequest } from 'node:http';
import { seededRandom } from '../../telemetry-ingest/test/faults/seeded-random.ts';
import { type FuzzRequest, fuzzRequests } from './fuzz-request.ts';
import { attackRaw, rawAttack } from './raw-attacks.ts';
import type { FuzzTarget, Memory } from './targets.ts';

export interface FuzzReport {
  readonly target: string;
  readonly requests: number;
  readonly seed: number;
  readonly seconds: number;
  /** Answers by status; `none` is a connection that the server closed. */
  readonly answers: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  /** Answers of 500 and above that do not say when to come back. */
  readonly faults: readonly string[];
  readonly crashed: boolean;
  /** Good requests among the bad ones that were not answered as they must be. */
  readonly refusedGood: number;
  /** At a fifth of the requests, when caches are warm, and at the end. */
  readonly warm: MemoryMiB;
  readonly end: MemoryMiB;
}

/** See `Memory`. */
export interface MemoryMiB {
  readonly held: number;
  readonly resident?: number;
}

export interface FuzzOptions {
  readonly name: string;
  readonly target: FuzzTarget;
  readonly requests: number;
  readonly seed: number;
  readonly progress?: (line: string) => void;
}

const CONNECTIONS = 16;
/** Raw attacks wait for answers that do not come: a few of them say as much as many. */
const RAW_SHARE = 0.02;
const PROOF_EVERY = 500;

export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { target, requests, seed, progress = () => {} } = options;
  const random = seededRandom(seed);
  const source = fuzzRequests(target.source, random);
  const answers = new Map<string, number>();
  const kinds = new Map<string, number>();
  const faults: string[] = [];
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const startMs = performance.now();
  let sent = 0;
  let refusedGood = 0;
  let failed: unknown;

  const judge = (kind: string, status: number, retryAfter: boolean, what: () => string): void => {
    count(answers, status === 0 ? 'none' : String(status));
    const deliberate = (status === 503 || status === 507) && retryAfter;
    if (status >= 500 && !deliberate) faults.push(`${status} ${kind}: ${what()}`.slice(0, 600));
  };
  const one = async (): Promise<void> => {
    if (random.chance(RAW_SHARE)) {
      const { path, body } = target.proof;
      const attack = rawAttack(path, body() ?? '{}', random);
      count(kinds, `raw: ${attack.kind}`);
      const { statuses } = await attackRaw(Number(new URL(target.url).port), attack);
      if (statuses.length === 0) judge(attack.kind, 0, false, () => '');
      for (const { status, retryAfter } of statuses)
        judge(attack.kind, status, retryAfter, () => attack.pieces[0] ?? '');
      return;
    }
    const next = source.next();
    if (next.done) return;
    const { status, retryAfter, text } = await send(target.url, next.value, agent);
    count(kinds, next.value.kind);
    const { method, path, headers, body } = next.value;
    judge(
      next.value.kind,
      status,
      retryAfter,
      () =>
        `${method} ${path} ${JSON.stringify(headers)} ${Buffer.from(body ?? [])
          .toString('utf8')
          .slice(0, 200)} → ${text}`,
    );
  };
  const prove = async (): Promise<void> => {
    const { path, status, body } = target.proof;
    const given = body();
    const answer = await send(
      target.url,
      {
        kind: 'good',
        method: given === undefined ? 'GET' : 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: given === undefined ? undefined : Buffer.from(given),
      },
      agent,
    );
    const early = (answer.status === 429 || answer.status === 503) && answer.retryAfter;
    if (answer.status === status || early) return;
    refusedGood++;
    progress(`a good request was answered ${answer.status}: ${answer.text}`);
  };

  const connection = async (last: number): Promise<void> => {
    while (sent < last && failed === undefined && target.alive()) {
      const number = ++sent;
      try {
        if (number % PROOF_EVERY === 0) await prove();
        else await one();
      } catch (error) {
        failed = error;
      }
      if (number % 5_000 === 0) progress(`${number} requests, ${Math.round(performance.now() - startMs)} ms`);
    }
  };
  /** Memory is measured with no request under way. */
  const sendUpTo = async (last: number): Promise<MemoryMiB> => {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => connection(last)));
    return target.alive() ? inMebibytes(await target.memory()) : { held: 0 };
  };
  const warm = await sendUpTo(Math.floor(requests / 5));
  const end = await sendUpTo(requests);
  agent.destroy();
  const crashed = !target.alive();
  if (failed !== undefined && !crashed) throw failed;
  return {
    target: options.name,
    requests: sent,
    seed,
    seconds: Math.round((performance.now() - startMs) / 100) / 10,
    answers: Object.fromEntries([...answers].sort()),
    kinds: Object.fromEntries([...kinds].sort()),
    faults,
    crashed,
    refusedGood,
    warm,
    end,
  };
}

function inMebibytes({ heldBytes, residentBytes }: Memory): MemoryMiB {
  const mebibytes = (bytes: number): number => Math.round((bytes / 2 ** 20) * 10) / 10;
  const resident = residentBytes === undefined ? {} : { resident: mebibytes(residentBytes) };
  return { held: mebibytes(heldBytes), ...resident };
}

/** An answer that takes longer than this is none. */
const ANSWER_MS = 30_000;

function send(
  url: string,
  { method, path, headers, body }: FuzzRequest,
  agent: Agent,
): Promise<{ readonly status: number; readonly retryAfter: boolean; readonly text: string }> {
  return new Promise((resolve) => {
    const none = (error: Error): void => resolve({ status: 0, retryAfter: false, text: String(error) });
    try {
      const { hostname, port } = new URL(url);
      const outgoing = httpRequest(
        { hostname, port, method, path, headers, agent, timeout: ANSWER_MS },
        (answer) => {
          let text = '';
          answer.on('data', (chunk) => {
            if (text.length < 300) text += chunk;
          });
          answer.on('error', none);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              retryAfter: answer.headers['retry-after'] !== undefined,
              text: text.slice(0, 300),
            }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
      outgoing.on('error', none);
      outgoing.end(body);
    } catch (error) {
      // An address or a header that Node refuses to write.
      none(error as Error);
    }
  });
}
