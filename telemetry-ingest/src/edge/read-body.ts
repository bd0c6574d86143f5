// The request's body within its limits: bytes as they travel, bytes after decompression, bytes of all requests under
// way. Reads no further than the limit, whatever the length header says. Knows nothing of what the bytes mean.

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { TELEMETRY_COMPACT, TELEMETRY_JSON } from '@everypath/schema';
import { refusal } from '../errors.ts';

export interface BodyLimits {
  /** Body as it travels. */
  readonly bodyBytes: number;
  /** Body after decompression. */
  readonly decompressedBytes: number;
  /** Bodies that are being read or worked on at one time. */
  readonly inFlightBytes: number;
}

export interface Body<Type extends string> {
  readonly type: Type;
  readonly bytes: Buffer;
}

/** Headers by their names in lower case, and the bytes: from a socket where there is one, else from a `Request`. */
export interface BodySource {
  header(name: string): string | undefined;
  readonly stream: IncomingMessage | AsyncIterable<Uint8Array> | null;
}

type Encoding = 'identity' | 'gzip' | 'zstd';

/** What a small body may become at once; a larger one is decompressed off the main thread. */
const SYNC_BYTES = 128 << 10;
/** Room that a decompressor of zstd may ask for: 8 MiB. */
const ZSTD = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };
const gunzipAsync = promisify(gunzip);
const zstdAsync = promisify(zstdDecompress);

const TELEMETRY_TYPES = [TELEMETRY_JSON, TELEMETRY_COMPACT] as const;

/** Reads a batch's body, or throws the refusal that answers it. */
export const readBody = (
  source: BodySource,
  limits: BodyLimits,
): Promise<Body<(typeof TELEMETRY_TYPES)[number]>> => readBodyOf(TELEMETRY_TYPES, source, limits);

/** Reads a body of one of these media types. */
export async function readBodyOf<Type extends string>(
  types: readonly Type[],
  source: BodySource,
  limits: BodyLimits,
): Promise<Body<Type>> {
  const given = source.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  const type = types.find((one) => one === given);
  if (type === undefined) {
    throw refusal('EP_MEDIA_TYPE', `content-type is ${(given ?? 'missing').slice(0, 100)}`);
  }
  const encoding = source.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (!isEncoding(encoding)) {
    throw refusal('EP_MEDIA_TYPE', `content-encoding ${encoding.slice(0, 100)} is not supported`);
  }
  if (Number(source.header('content-length') ?? 0) > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
  const body = await readUpTo(source.stream, limits.bodyBytes);
  return {
    type,
    bytes: encoding === 'identity' ? body : await decompress(body, encoding, limits.decompressedBytes),
  };
}

const isEncoding = (text: string): text is Encoding =>
  text === 'identity' || text === 'gzip' || text === 'zstd';

async function readUpTo(stream: BodySource['stream'], limit: number): Promise<Buffer> {
  if (stream === null) return Buffer.alloc(0);
  if ('socket' in stream) return await readMessage(stream, limit);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** By events: an iterator over the stream costs more than all the rest of a small request. */
function readMessage(message: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let ended = false;
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) {
        chunks.push(chunk);
        return;
      }
      ended = true;
      message.pause();
      message.removeAllListeners('data');
      reject(tooLarge(limit));
    });
    message.once('end', () => {
      ended = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    const cut = (): void => {
      if (!ended) reject(refusal('EP_MALFORMED', 'the connection ended within the body'));
      ended = true;
    };
    message.once('error', cut);
    message.once('close', cut);
  });
}

async function decompress(
  body: Buffer,
  encoding: Exclude<Encoding, 'identity'>,
  limit: number,
): Promise<Buffer> {
  const atOnce = Math.min(limit, SYNC_BYTES);
  try {
    if (body.length <= SYNC_BYTES / 4) {
      try {
        return encoding === 'gzip'
          ? gunzipSync(body, { maxOutputLength: atOnce })
          : zstdDecompressSync(body, { ...ZSTD, maxOutputLength: atOnce });
      } catch (error) {
        if (!isTooLarge(error)) throw error;
      }
    }
    return encoding === 'gzip'
      ? await gunzipAsync(body, { maxOutputLength: limit })
      : await zstdAsync(body, { ...ZSTD, maxOutputLength: limit });
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(limit);
    throw refusal('EP_MALFORMED', `the body is not ${encoding}: ${(error as Error).message}`);
  }
}

const isTooLarge = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

const tooLarge = (limit: number) => refusal('EP_TOO_LARGE', `the body is over ${limit} bytes`);
