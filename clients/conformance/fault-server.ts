// A test service that every SDK runs against: the real protocol over real HTTP with real programs, and faults on
// demand. Each session is a path of its own: `PUT /<session>/fault` sets its fault, `GET /<session>/seen` tells what
// came in. Run by itself it prints `{"port":…}` and lives until its standard input closes.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FetchRequestInput, Issue, Manifest, ProgramDescription } from '@everypath/schema';
import { buildProgram } from './build-programs.ts';
import { decodeBatch } from './decode-batch.ts';
import { type Fault, isFault } from './faults.ts';
import { makeKey, type SigningKey, signManifest } from './service-keys.ts';

export const CHOSEN = '00000000000000a1';
export const OTHER = '00000000000000b2';

interface Session {
  fault: Fault;
  /** The key that signs, and that `/v1/keys` serves. */
  key: SigningKey;
  readonly requests: string[];
  /** Crash reports as they came. */
  readonly crashes: string[];
  /** Every telemetry batch as it came, as JSON, accepted or not. */
  readonly batches: string[];
  readonly ids: Set<string>;
}

interface Binary {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly description: ProgramDescription;
}

/** The description as it stands in the binary: static JSON that starts with its ABI version. */
function descriptionIn(bytes: Buffer): ProgramDescription {
  const start = bytes.indexOf('{"abi":1');
  return JSON.parse(bytes.toString('utf8', start, bytes.indexOf(0, start))) as ProgramDescription;
}

const binaries = new Map<string, Binary>();
/** `name` is a program's, or `rubbish`. */
function binaryOf(name: string, target: string): Binary {
  const key = `${name} ${target}`;
  let found = binaries.get(key);
  if (!found) {
    const source = name === 'rubbish' ? 'fma' : name;
    const built = readFileSync(buildProgram(source, target === 'wasm32' ? 'wasm32' : 'native'));
    // Without its beginning no loader takes it.
    const bytes = name === 'rubbish' ? built.subarray(8) : built;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    found = { bytes, sha256, description: descriptionIn(bytes) };
    binaries.set(key, found);
  }
  return found;
}

/** A compact batch is read back to the JSON that it was made of. */
async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  if (request.headers['content-type'] !== 'application/cbor') return body.toString('utf8');
  const { version, batchId, token, tag, variant, cause, device, sealedAtMs, records } = decodeBatch(body);
  return JSON.stringify({ version, batchId, token, tag, variant, cause, device, sealedAtMs, records });
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

const errorBody = (code: string, message: string) => ({
  error: { code, message, hint: 'This is a test service.' },
});

/** Whether the chosen variant is one that fails by its own fault, and still chosen. */
const failsByItself = ({ fault, crashes }: Session): boolean =>
  fault === 'keeps-crashing' || ((fault === 'crashes' || fault === 'does-not-load') && crashes.length === 0);

function manifestFor(tag: string, request: FetchRequestInput, session: Session): Manifest {
  const { target } = request.device;
  const { fault } = session;
  const failing = fault === 'does-not-load' ? 'rubbish' : 'crash';
  const name = failsByItself(session) ? failing : tag.replace('@test/', '');
  const { bytes, sha256, description } = binaryOf(name, target);
  const replaced = (fault === 'crashes' || fault === 'does-not-load') && session.crashes.length > 0;
  const chosen = replaced || fault === 'keeps-crashing' ? OTHER : CHOSEN;
  const nowMs = Date.now();
  const isWasm = target === 'wasm32';
  return {
    version: 2,
    tag: fault === 'other-tag' ? '@test/other' : tag,
    variant: request.variant ?? chosen,
    target: fault === 'other-target' ? 'ios-arm64' : target,
    isaLevel: fault === 'higher-isa' ? (isWasm ? 'armv8-a' : 'wasm-simd128') : isWasm ? 'wasm-mvp' : 'x86-64',
    sha256,
    sizeBytes: bytes.length,
    artifact: `/v1/artifacts/${sha256}`,
    signature: description.signature,
    nodes: description.nodes,
    path: description.nodes.map(() => 'scalar'),
    issuedAtMs: nowMs,
    expiresAtMs: fault === 'expired' ? nowMs - 60_000 : nowMs + 3_600_000,
  };
}

/** Those that say of an answer that it still holds; the others send theirs again. */
const HONEST: ReadonlySet<Fault> = new Set(['none', 'slow', 'crashes', 'does-not-load', 'keeps-crashing']);

function issueFor(tag: string, request: FetchRequestInput): Issue {
  const forced = request.variant !== undefined;
  return {
    reason: forced ? 'forced' : 'predicted',
    cause: request.bench ? 'bench' : forced ? 'forced' : 'auto',
    decisionId: 'decision-1',
    predictedNs: 12.5,
    telemetryToken: `token-of-${tag}-for-tests`,
  };
}

function sendManifest(
  session: Session,
  tag: string,
  text: string,
  ifNoneMatch: string | undefined,
  response: ServerResponse,
): void {
  const { fault } = session;
  if (fault === 'unknown-function' || !/^@test\/(fma|add-row|invert|divide|echo)$/.test(tag)) {
    json(response, 404, errorBody('EP_FUNCTION_NOT_FOUND', `there is no function ${tag}`));
    return;
  }
  const asked = JSON.parse(text) as FetchRequestInput;
  const manifest = manifestFor(tag, asked, session);
  const signed = {
    ...signManifest(manifest, session.key),
    issue: issueFor(tag, asked),
  };
  if (fault === 'bad-signature') {
    const bytes = Buffer.from(signed.manifest, 'base64');
    const at = bytes.indexOf('"sizeBytes":') + 12;
    bytes[at] = '9'.charCodeAt(0);
    json(response, 200, { ...signed, manifest: bytes.toString('base64') });
    return;
  }
  const etag = `"${manifest.variant}.${manifest.sha256.slice(0, 8)}.${signed.issue.cause}.${session.key.kid}"`;
  if (ifNoneMatch === etag && HONEST.has(fault)) {
    response.writeHead(304, { etag, 'access-control-allow-origin': '*' });
    response.end();
  } else if (fault === 'slow') setTimeout(() => json(response, 200, signed, { etag }), 300);
  else json(response, 200, signed, { etag });
}

function sendArtifact(fault: Fault, sha256: string, response: ServerResponse): void {
  const found = [...binaries.values()].find((binary) => binary.sha256 === sha256);
  if (!found) {
    json(response, 404, errorBody('EP_ARTIFACT_NOT_FOUND', 'there is no such artifact'));
    return;
  }
  let bytes = Buffer.from(found.bytes);
  if (fault === 'wrong-hash') bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  if (fault === 'short') bytes = bytes.subarray(0, -7);
  if (fault === 'long') bytes = Buffer.concat([bytes, Buffer.alloc(4096)]);
  response.writeHead(200, { 'content-length': bytes.length, 'access-control-allow-origin': '*' });
  if (fault === 'truncated') {
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
    return;
  }
  response.end(bytes);
}

function takeBatch(session: Session, text: string, response: ServerResponse): void {
  session.batches.push(text);
  const { batchId, records } = JSON.parse(text) as { batchId: string; records: unknown[] };
  const status = session.ids.has(batchId) ? 'duplicate' : 'stored';
  session.ids.add(batchId);
  json(response, 200, { batchId, status, accepted: records.length, rejected: [] });
}

function setFault(session: Session, name: string, response: ServerResponse): void {
  if (!isFault(name)) {
    json(response, 400, errorBody('EP_UNKNOWN_FAULT', name));
    return;
  }
  session.fault = name;
  if (name === 'changed-key') session.key = makeKey(session.key.kid);
  if (name === 'unknown-key') session.key = makeKey('another');
  json(response, 200, {});
}

function answer(
  session: Session,
  request: IncomingMessage,
  path: string,
  text: string,
  response: ServerResponse,
) {
  if (path === '/fault') return setFault(session, text, response);
  if (path === '/seen') {
    const { requests, batches, crashes } = session;
    return json(response, 200, { requests, batches, crashes });
  }
  session.requests.push(`${request.method} ${path}`);
  const { fault } = session;
  if (fault === 'reset') return void request.socket.destroy();
  if (fault === 'broken') return json(response, 500, errorBody('EP_INTERNAL', 'broken'));
  if (fault === 'rate-limited')
    return json(response, 429, errorBody('EP_BUSY', 'busy'), { 'retry-after': '7' });
  if (path === '/v1/keys') return json(response, 200, { keys: [session.key.public] });
  if (path === '/v1/telemetry') return takeBatch(session, text, response);
  if (request.method === 'DELETE' && path.startsWith('/v1/telemetry/devices/'))
    return json(response, 202, { status: 'accepted' });
  if (path === '/v1/crashes') {
    session.crashes.push(text);
    return json(response, 202, { withdrawn: false });
  }
  const fetched = /^\/v1\/functions\/(@[^/]+\/[^/]+)\/fetch$/.exec(path);
  if (fetched?.[1])
    return sendManifest(session, fetched[1], text, request.headers['if-none-match'], response);
  const artifact = /^\/v1\/artifacts\/([0-9a-f]{64})$/.exec(path);
  if (artifact?.[1]) return sendArtifact(fault, artifact[1], response);
  json(response, 404, errorBody('EP_NOT_FOUND', path));
}

export interface FaultServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts the service on a free port. `pages` are further texts to serve by path, for browsers. */
export async function startFaultServer(
  pages: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map(),
): Promise<FaultServer> {
  const sessions = new Map<string, Session>();
  const server = createServer(async (request, response) => {
    const page = pages.get(request.url ?? '');
    if (page) {
      response.writeHead(200, { 'content-type': page.type });
      response.end(page.text);
      return;
    }
    const match = /^\/([\w-]+)(\/.*)$/.exec(decodeURIComponent(request.url ?? ''));
    const [, name = '', path = ''] = match ?? [];
    let session = sessions.get(name);
    if (!session) {
      session = {
        fault: 'none',
        key: makeKey('test-key'),
        requests: [],
        batches: [],
        crashes: [],
        ids: new Set(),
      };
      sessions.set(name, session);
    }
    answer(session, request, path, await readBody(request), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (import.meta.main) {
  const server = await startFaultServer();
  process.stdout.write(`${JSON.stringify({ origin: server.origin, chosen: CHOSEN, other: OTHER })}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => void server.close());
}
