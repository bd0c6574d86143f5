// A fetch from its text to its answer: what the two ways in, by Node's request and by Hono's, have in common.

import { type FetchRequest, fetchRequestSchema } from '@everypath/schema';
import { z } from 'zod';
import { SelectorError } from '../errors.ts';
import type { Ask } from '../policy/decision.ts';
import { answerFetch, askOf, type FetchAnswer, type FetchDependencies, hashDeviceId } from './fetch.ts';
import { KnownRequests } from './known-requests.ts';

/** A fetch request is a kilobyte. */
export const MOST_FETCH_BYTES = 64 * 1024;

/** Answers a request's text; throws a `SelectorError` where there is no answer. */
export type FetchHandler = (tag: string, text: string, ifNoneMatch: string | undefined) => FetchAnswer;

export function createFetchHandler(dependencies: FetchDependencies): FetchHandler {
  const known = new KnownRequests();
  const read = (text: string): Ask => askOf(readRequest(text));
  return (tag, text, ifNoneMatch) =>
    answerFetch(dependencies, tag, known.read(text, read, hashDeviceId), ifNoneMatch);
}

/** What a device may keep of an answer, and for how long. */
export const fetchHeaders = ({ etag, maxAgeS }: FetchAnswer) => ({
  etag,
  'cache-control': `private, max-age=${maxAgeS}`,
});

const compiled = z.compile(fetchRequestSchema);

/** A fetch request from its text. */
export function readRequest(text: string): FetchRequest {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new SelectorError('EP_INVALID_REQUEST', 'the body is not JSON');
  }
  const parsed = compiled.safeParse(body);
  if (parsed.success) return parsed.data as FetchRequest;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  throw new SelectorError('EP_INVALID_REQUEST', 'the json is not valid', issues);
}
