// One hostile request after another, from an OpenAPI document and from known good examples.

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { SeededRandom } from '../../telemetry-ingest/test/faults/seeded-random.ts';
import { type JsonSchema, jsonOf } from './json-from-schema.ts';
import { mutateJson, mutateText } from './mutate.ts';

export interface FuzzRequest {
  /** What kind of attack, for the report. */
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

export interface FuzzSource {
  readonly document: OpenApi;
  /** A body that the route takes, made afresh. */
  readonly good: Readonly<Record<string, () => unknown>>;
  /** The same in the route's compact encoding. */
  readonly compact?: Readonly<Record<string, () => Uint8Array>>;
  /** Sent with some requests. */
  readonly bearer?: string;
}

/** Compressed once: 64 MB of zeros. */
const BOMBS = { gzip: bomb(gzipSync), zstd: bomb(zstdCompressSync) };
function bomb(compress: (data: Uint8Array) => Buffer): Buffer {
  return compress(Buffer.alloc(64 << 20));
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options']);

/** Makes requests without end. */
export function* fuzzRequests(source: FuzzSource, random: SeededRandom): Generator<FuzzRequest> {
  const { document } = source;
  const lookup = (reference: string): JsonSchema | undefined =>
    document.components?.schemas?.[reference.split('/').at(-1) ?? ''];
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  // Routes with a good example are worth most of the requests.
  const favoured = routes.filter(({ path }) => source.good[path]);
  for (;;) {
    const route = favoured.length > 0 && random.chance(0.7) ? random.pick(favoured) : random.pick(routes);
    const good = source.good[route.path];
    const content = route.operation.requestBody?.content ?? {};
    const [mediaType, media] = random.pick(Object.entries(content)) ?? [];
    const path = fillPath(route.path, route.operation.parameters ?? [], random, lookup);
    const bearer = source.bearer && random.chance(0.5) ? { authorization: `Bearer ${source.bearer}` } : {};
    const value = (): unknown =>
      good && random.chance(0.8) ? good() : jsonOf(media?.schema ?? {}, random, lookup);
    const base = { method: route.method, path };
    if (mediaType === undefined) {
      yield {
        ...base,
        kind: 'path and query',
        headers: { ...bearer, ...oddHeaders(random) },
        body: undefined,
      };
      continue;
    }
    const compact = source.compact?.[route.path];
    if (compact && random.chance(0.25)) {
      yield { ...base, ...compactOf(compact(), random) };
      continue;
    }
    const headers: Record<string, string> = { 'content-type': mediaType, ...bearer };
    yield { ...base, ...bodyOf(value, headers, random) };
  }
}

function bodyOf(
  value: () => unknown,
  headers: Record<string, string>,
  random: SeededRandom,
): Pick<FuzzRequest, 'kind' | 'headers' | 'body'> {
  const json = (mutations: number): string => {
    let made = value();
    for (let count = 0; count < mutations; count++) made = mutateJson(made, random);
    return JSON.stringify(made) ?? 'null';
  };
  switch (random.between(0, 13)) {
    case 0:
    case 1:
      return { kind: 'as the schema says', headers, body: Buffer.from(json(0)) };
    case 2:
    case 3:
    case 4:
      return { kind: 'JSON with one fault', headers, body: Buffer.from(json(1)) };
    case 5:
    case 6:
      return { kind: 'JSON with many faults', headers, body: Buffer.from(json(random.between(2, 12))) };
    case 7:
      return { kind: 'not JSON', headers, body: mutateText(json(0), random) };
    case 8: {
      const name = random.pick(['gzip', 'zstd'] as const);
      const whole = (name === 'gzip' ? gzipSync : zstdCompressSync)(Buffer.from(json(random.between(0, 1))));
      const cut = random.chance(0.5) ? whole : whole.subarray(0, random.between(0, whole.length));
      return { kind: `${name}, whole or cut`, headers: { ...headers, 'content-encoding': name }, body: cut };
    }
    case 9: {
      const body = gzipSync(Buffer.from(json(0)));
      for (let count = random.between(1, 5); count > 0; count--) {
        const at = random.between(0, body.length - 1);
        body[at] = (body[at] ?? 0) ^ random.between(1, 255);
      }
      return { kind: 'damaged gzip', headers: { ...headers, 'content-encoding': 'gzip' }, body };
    }
    case 10: {
      if (!random.chance(0.1))
        return {
          kind: 'odd headers',
          headers: { ...headers, ...oddHeaders(random) },
          body: Buffer.from(json(0)),
        };
      const name = random.pick(['gzip', 'zstd'] as const);
      return { kind: `${name} bomb`, headers: { ...headers, 'content-encoding': name }, body: BOMBS[name] };
    }
    case 11: {
      const encodings = [
        'br',
        'deflate',
        'gzip, gzip',
        'identity',
        'GZIP',
        'x-gzip',
        '',
        'zstd',
        'chunked',
        'gzip;q=1',
      ];
      const encoding = random.pick(encodings);
      const text = Buffer.from(json(0));
      const body =
        encoding === 'br'
          ? brotliCompressSync(text)
          : encoding === 'deflate'
            ? deflateSync(text)
            : encoding.includes(',')
              ? gzipSync(gzipSync(text))
              : text;
      return { kind: 'odd encoding', headers: { ...headers, 'content-encoding': encoding }, body };
    }
    case 12: {
      const types = [
        'text/plain',
        'application/json; charset=utf-16',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'application/x-protobuf',
        '',
        'application/json/json',
      ];
      const body = random.chance(0.5) ? Buffer.from(json(0)) : random.bytes(random.between(0, 2_000));
      return { kind: 'odd media type', headers: { ...headers, 'content-type': random.pick(types) }, body };
    }
    default: {
      const large = random.chance(0.02) ? 3 << 20 : 20_000;
      return { kind: 'random bytes', headers, body: random.bytes(random.between(0, large)) };
    }
  }
}

/** CBOR that is whole, cut, altered, made up, or in a compressed shell. */
function compactOf(good: Uint8Array, random: SeededRandom): Pick<FuzzRequest, 'kind' | 'headers' | 'body'> {
  const bytes = Buffer.from(random.chance(0.1) ? random.bytes(random.between(0, 300)) : good);
  for (let count = random.pick([0, 0, 1, 1, 4, 30]); count > 0 && bytes.length > 0; count--) {
    bytes[random.between(0, bytes.length - 1)] = random.pick([
      0,
      0xff,
      0x9f,
      0x5f,
      0xbf,
      0x1b,
      random.between(0, 255),
    ]);
  }
  const cut = random.chance(0.8) ? bytes : bytes.subarray(0, random.between(0, bytes.length));
  const shell = random.pick([undefined, 'gzip', 'zstd'] as const);
  return {
    kind: 'compact, whole, cut or altered',
    headers: { 'content-type': 'application/cbor', ...(shell ? { 'content-encoding': shell } : {}) },
    body: shell === undefined ? cut : (shell === 'gzip' ? gzipSync : zstdCompressSync)(cut),
  };
}

function fillPath(
  path: string,
  parameters: readonly Parameter[],
  random: SeededRandom,
  lookup: (reference: string) => JsonSchema | undefined,
): string {
  const odd = ['%00', '%ff%fe', '..%2f..%2fetc', 'a'.repeat(2_000), '%F0%9F%A6%8A', '{x}', "'", '%25', '%'];
  const one = (schema: JsonSchema | undefined): string =>
    random.chance(0.25) ? random.pick(odd) : encodeURIComponent(textOf(jsonOf(schema ?? {}, random, lookup)));
  const schemaOf = (name: string): JsonSchema | undefined =>
    parameters.find((parameter) => parameter.name === name)?.schema;
  let filled = path.replaceAll(/\{(\w+)[^}]*\}/g, (_, name: string) => one(schemaOf(name)));
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && random.chance(0.6))
    .map(({ name, schema }) => `${name}=${one(schema)}`);
  if (random.chance(0.1))
    query.push(random.pick(['__proto__=1', 'x[]=1&x[]=2', '=&&=', 'limit=1e9', 'limit=-1']));
  if (query.length > 0) filled += `?${query.join('&')}`;
  return filled;
}

/** A lone surrogate cannot stand in an address. */
const textOf = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed().slice(0, 3_000);

function oddHeaders(random: SeededRandom): Record<string, string> {
  return random.pick<Record<string, string>>([
    {},
    { accept: 'x/y; q=9' },
    { authorization: `Bearer ${'x'.repeat(4_000)}` },
    { authorization: 'Basic ===' },
    { 'x-request-id': '\u00ff'.repeat(50) },
    { origin: 'null', 'access-control-request-method': 'TRACE' },
    { 'x-forwarded-for': "1.1.1.1, '; --" },
    { 'if-none-match': '*' },
    { range: 'bytes=9-1' },
    { te: 'trailers', expect: 'nothing' },
    { cookie: 'a=b; '.repeat(200) },
    { 'x-http-method-override': 'DELETE' },
    { traceparent: '00-zz-zz-zz', baggage: ','.repeat(300) },
  ]);
}
