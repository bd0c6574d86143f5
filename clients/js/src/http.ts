// One request to the service, told apart as its callers need it: an answer, a refusal, or nobody there.

import type { ErrorBody } from '@everypath/schema';
import { IntegrityError, ServiceResponseError } from './errors.ts';
import type { Platform } from './platform.ts';

/** A first choice of a variant may have to be linked before it is served. */
const TIMEOUT_MS = 15_000;
const MAX_JSON_BYTES = 4 << 20;

export type Unreachable = { readonly kind: 'unreachable'; readonly why: string };
export type Answer<T> =
  | { readonly kind: 'answer'; readonly body: T; readonly etag: string | null }
  /** What was asked about with `ifNoneMatch` still holds. */
  | { readonly kind: 'unchanged' }
  | Unreachable;

/** The body, of at most `maxBytes`; stops reading as soon as it is longer. */
async function readBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) break;
    length += part.value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new IntegrityError(`the service sent more than the ${maxBytes} bytes announced: refused`);
    }
    parts.push(part.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function refusal(status: number, text: string): ServiceResponseError {
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return new ServiceResponseError(status, error.code, `${error.message}. ${error.hint}`);
  } catch {
    return new ServiceResponseError(status, '', `the service answered ${status}`);
  }
}

/**
 * Gets bytes. Refusals (4xx) throw `ServiceResponseError`; no connection, 429 and 5xx are `unreachable`, since
 * another try may fare better.
 */
export async function requestBytes(
  platform: Pick<Platform, 'fetch'>,
  url: string,
  body: unknown,
  maxBytes: number,
  ifNoneMatch: string | null = null,
): Promise<Answer<Uint8Array<ArrayBuffer>>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const init: RequestInit =
    body === undefined
      ? { signal }
      : {
          signal,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(ifNoneMatch === null ? {} : { 'if-none-match': ifNoneMatch }),
          },
          body: JSON.stringify(body),
        };
  try {
    const response = await platform.fetch(url, init);
    if (response.status === 304) return { kind: 'unchanged' };
    const etag = response.headers.get('etag');
    if (response.ok) return { kind: 'answer', body: await readBody(response, maxBytes), etag };
    const text = new TextDecoder().decode(await readBody(response, MAX_JSON_BYTES));
    if (response.status === 429 || response.status >= 500) {
      return { kind: 'unreachable', why: `${url} answered ${response.status}` };
    }
    throw refusal(response.status, text);
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof ServiceResponseError) throw error;
    const { cause, message } = error as Error;
    return { kind: 'unreachable', why: `${url}: ${cause instanceof Error ? cause.message : message}` };
  }
}

/** Gets JSON, in the same way. */
export async function requestJson(
  platform: Pick<Platform, 'fetch'>,
  url: string,
  body: unknown,
  ifNoneMatch: string | null = null,
): Promise<Answer<unknown>> {
  const answer = await requestBytes(platform, url, body, MAX_JSON_BYTES, ifNoneMatch);
  if (answer.kind !== 'answer') return answer;
  try {
    return { ...answer, body: JSON.parse(new TextDecoder().decode(answer.body)) };
  } catch {
    throw new IntegrityError(`${url} did not answer with JSON; is the service's address right?`);
  }
}
