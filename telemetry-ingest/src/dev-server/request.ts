// A request of ClickHouse's HTTP interface, taken apart: which statement, with which data, settings and parameters.

import type { IncomingMessage } from 'node:http';
import type { RunOptions } from './engine.ts';
import { takesData } from './statement.ts';

/** A request that never reaches the engine. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface ParsedRequest {
  readonly query: string;
  /** Rows of an insert; undefined for other statements. */
  readonly data: Buffer | undefined;
  readonly options: RunOptions;
  readonly gzipAnswer: boolean;
}

/** Parameters that belong to the interface itself; whatever else the URL names is a setting of the query. */
const INTERFACE = new Set([
  'query',
  'query_id',
  'database',
  'user',
  'password',
  'session_id',
  'session_timeout',
  'session_check',
  'default_format',
  'compress',
  'decompress',
  'role',
  'quota_key',
]);

/** Settings of the HTTP layer, which the engine does not know. Answers are always complete before they are sent. */
const HTTP_SETTINGS =
  /^(enable_http_compression|http_.*|wait_end_of_query|send_progress_in_http_headers|buffer_size|add_http_cors_header)$/;

/** Splits a request into its parts, or throws the `RequestError` that answers it. */
export function parseRequest(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  password: string | undefined,
): ParsedRequest {
  const { searchParams } = url;
  if (password !== undefined && givenPassword(request, searchParams) !== password) {
    throw new RequestError(403, 516, 'Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)');
  }
  const settings: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    if (name.startsWith('param_')) parameters[name.slice('param_'.length)] = value;
    else if (!INTERFACE.has(name) && !HTTP_SETTINGS.test(name)) settings[name] = value;
  }
  const { query, data } = splitQuery(searchParams.get('query') ?? '', body);
  if (query.trim() === '') throw new RequestError(400, 62, 'Empty query. (SYNTAX_ERROR)');
  const format =
    searchParams.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated';
  return {
    query,
    data,
    options: {
      database: searchParams.get('database') ?? header(request, 'x-clickhouse-database'),
      settings,
      parameters,
      format,
      sessionId: searchParams.get('session_id') ?? undefined,
    },
    gzipAnswer:
      searchParams.get('enable_http_compression') === '1' &&
      (header(request, 'accept-encoding') ?? '').includes('gzip'),
  };
}

/**
 * The statement is the URL's and the body its data; without one in the URL the body is the statement, and the rows of
 * an insert begin after the line that names their format.
 */
function splitQuery(urlQuery: string, body: Buffer): Pick<ParsedRequest, 'query' | 'data'> {
  if (urlQuery !== '') {
    if (takesData(urlQuery)) return { query: urlQuery, data: body };
    return { query: body.length > 0 ? `${urlQuery}\n${body.toString()}` : urlQuery, data: undefined };
  }
  const text = body.toString();
  if (!takesData(text)) return { query: text, data: undefined };
  const format = /\bFORMAT\s+\w+[ \t]*(?:\n|$)/i.exec(text);
  const end = format ? format.index + format[0].length : text.length;
  return { query: text.slice(0, end), data: body.subarray(Buffer.byteLength(text.slice(0, end))) };
}

function givenPassword(request: IncomingMessage, searchParams: URLSearchParams): string | undefined {
  const basic = /^Basic (.+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString().split(':').slice(1).join(':');
  return header(request, 'x-clickhouse-key') ?? searchParams.get('password') ?? undefined;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
