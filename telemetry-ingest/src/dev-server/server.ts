// ClickHouse's HTTP interface over the embedded engine, for development and tests: as much of it as clients use.
// Not a database server: no users beyond one password, no streaming of results, one request at a time in the engine.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Random } from '../ports.ts';
import { systemRandom } from '../system.ts';
import { Engine } from './engine.ts';
import { parseRequest, RequestError } from './request.ts';
import { namesFormat, readFromFile, secondStatement } from './statement.ts';

export interface DevServerOptions {
  /** Data directory. */
  readonly path: string;
  /** 0: any free port. */
  readonly port: number;
  /** Required of every request when set. */
  readonly password?: string;
  readonly random?: Random;
}

export interface DevServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server on the loopback interface. The engine binds one directory per process, so one server per process. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  mkdirSync(options.path, { recursive: true });
  const engine = new Engine(options.path);
  const scratch = mkdtempSync(join(tmpdir(), 'everypath-clickhouse-'));
  const context: Context = {
    engine,
    scratch,
    password: options.password,
    random: options.random ?? systemRandom,
  };
  const server = createServer((request, response) => void answer(request, response, context));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeIdleConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await engine.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

interface Context {
  readonly engine: Engine;
  /** Where the rows of an insert lie while the engine reads them. */
  readonly scratch: string;
  readonly password: string | undefined;
  readonly random: Random;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { engine, scratch, password, random }: Context,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const queryId = url.searchParams.get('query_id') ?? random.uuid();
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  response.setHeader('X-ClickHouse-Server-Display-Name', 'everypath-dev');
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  try {
    const body = await readBody(request);
    if (url.pathname === '/ping' || (url.pathname === '/' && request.method === 'GET' && url.search === '')) {
      response.end('Ok.\n');
      return;
    }
    if (url.pathname !== '/') throw new RequestError(404, 0, 'There is no handle for this path');
    const parsed = parseRequest(request, url, body, password);
    const second = secondStatement(parsed.query);
    if (second !== undefined) {
      throw new RequestError(
        400,
        62,
        `Syntax error: Multi-statements are not allowed: failed at ${second} (SYNTAX_ERROR)`,
      );
    }
    const path = join(scratch, random.uuid());
    try {
      if (parsed.data) await writeFile(path, parsed.data);
      const sql = parsed.data ? readFromFile(parsed.query, path) : parsed.query;
      const result = await engine.run(sql, parsed.options);
      response.setHeader(
        'X-ClickHouse-Summary',
        JSON.stringify({
          read_rows: String(result.rowsRead),
          read_bytes: String(result.bytesRead),
          written_rows: '0',
          written_bytes: String(parsed.data?.length ?? 0),
          total_rows_to_read: '0',
          result_rows: parsed.data ? '0' : String(result.rowsRead),
          result_bytes: String(result.bytes.length),
          elapsed_ns: String(Math.round(result.elapsedSeconds * 1e9)),
        }),
      );
      if (!namesFormat(parsed.query)) response.setHeader('X-ClickHouse-Format', parsed.options.format);
      await send(response, 200, result.bytes, parsed.gzipAnswer);
    } finally {
      await rm(path, { force: true });
    }
  } catch (error) {
    await sendError(response, error);
  }
}

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? await gunzipAsync(body) : body;
}

async function send(
  response: ServerResponse,
  status: number,
  bytes: Uint8Array,
  zipped: boolean,
): Promise<void> {
  response.statusCode = status;
  if (!zipped || bytes.length === 0) {
    response.end(bytes);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  response.end(await gzipAsync(bytes));
}

/** ClickHouse's answer to a failed query: its code in a header, its text in the body. */
async function sendError(response: ServerResponse, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof RequestError ? error.code : Number(/Code: (\d+)/.exec(message)?.[1] ?? 1002);
  response.setHeader('X-ClickHouse-Exception-Code', String(code));
  const text = message.startsWith('Code: ') ? message : `Code: ${code}. DB::Exception: ${message}`;
  await send(
    response,
    error instanceof RequestError ? error.status : statusOf(code),
    Buffer.from(`${text}\n`),
    false,
  );
}

/** HTTP status by exception code, as ClickHouse's `exceptionCodeToHTTPStatus` has it for the codes that matter here. */
function statusOf(code: number): number {
  if (code === 60 || code === 81) return 404;
  return BAD_REQUEST_CODES.has(code) ? 400 : 500;
}

const BAD_REQUEST_CODES: ReadonlySet<number> = new Set([
  6, 26, 27, 33, 36, 41, 47, 53, 62, 72, 115, 117, 130, 376, 456, 457, 691,
]);
