// The request's body as JSON, within its limits: bytes as they travel, bytes after decompression. Reads no further
// than the limit, whatever the length header says.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { refusal } from '../errors.ts';

const gunzipAsync = promisify(gunzip);

export interface BodyLimits {
  readonly bodyBytes: number;
  readonly decompressedBytes: number;
}

/** Parses a request's JSON body, or throws the refusal that answers it. */
export async function readJsonBody(request: Request, limits: BodyLimits): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw refusal('EP_MEDIA_TYPE', `content-type is ${type ?? 'missing'}`);
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw refusal('EP_MEDIA_TYPE', `content-encoding ${encoding} is not supported`);
  }
  const body = await readUpTo(request, limits.bodyBytes);
  const text = encoding === 'gzip' ? await decompress(body, limits.decompressedBytes) : body;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)) as unknown;
  } catch (error) {
    throw refusal('EP_MALFORMED', `the body is not JSON: ${(error as Error).message}`);
  }
}

async function readUpTo(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function decompress(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw refusal('EP_MALFORMED', `the body is not gzip: ${(error as Error).message}`);
  }
}

const tooLarge = (limit: number) => refusal('EP_TOO_LARGE', `the body is over ${limit} bytes`);
