// The services' HTTP interface as commands use it. A refusal becomes a Failure that carries the service's own words.

import { Agent, fetch as undiciFetch } from 'undici';
import { Failure } from '../failure.ts';

/** A service that does not answer in time is away; a refit may take a while. */
const agent = new Agent({ connectTimeout: 5_000, headersTimeout: 120_000, bodyTimeout: 120_000 });

/** The `fetch` that commands use: undici's, so that waiting has an end. */
const boundedFetch: typeof fetch = async (input, init) =>
  (await undiciFetch(input as Parameters<typeof undiciFetch>[0], {
    ...(init as Parameters<typeof undiciFetch>[1]),
    dispatcher: agent,
  })) as unknown as Response;

export interface Api {
  readonly url: string;
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  put<Answer>(path: string, body: unknown): Promise<Answer>;
  putBytes(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Speaks to the services at `url`, with the publish token where one is needed. */
export function createApi(url: string, publishToken: string, send: typeof fetch = boundedFetch): Api {
  async function call(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    type?: string,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await send(url + path, {
        method,
        headers: {
          ...(type ? { 'content-type': type } : {}),
          ...(method === 'GET' ? {} : { authorization: `Bearer ${publishToken}` }),
        },
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new Failure('EP_UNREACHABLE', `no answer from ${url}`, 'Is `everypath up` still running?');
    }
    if (response.ok) return response;
    const { errorBodySchema } = await import('@everypath/schema');
    const parsed = errorBodySchema.safeParse(await response.json().catch(() => null));
    if (!parsed.success)
      throw new Failure(
        'EP_SERVICE',
        `${method} ${path} was answered with ${response.status}`,
        'See the log of everypath up.',
      );
    const { code, message, hint, issues } = parsed.data.error;
    const detail = (issues ?? []).slice(0, 3).map((issue) => `${issue.path}: ${issue.message}`);
    throw new Failure(code, [message, ...detail].join('; '), hint);
  }
  const json = async <Answer>(response: Promise<Response>): Promise<Answer> =>
    (await (await response).json()) as Answer;
  return {
    url,
    get: (path) => json(call('GET', path)),
    post: (path, body) => json(call('POST', path, JSON.stringify(body), 'application/json')),
    put: (path, body) => json(call('PUT', path, JSON.stringify(body), 'application/json')),
    async putBytes(path, bytes) {
      await call('PUT', path, new Uint8Array(bytes), 'application/octet-stream');
    },
    async remove(path) {
      await call('DELETE', path);
    },
  };
}

/** The address of a function: `/v1/functions/@user/name`. */
export const functionAddress = (tag: string): string => `/v1/functions/${tag}`;
