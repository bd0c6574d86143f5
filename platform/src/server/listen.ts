// The socket: listening, and closing so that answers under way are finished first.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorBody } from '@everypath/schema';
import { Failure } from '../failure.ts';
import { keepRequestsYoung } from './young-requests.ts';

export interface Listening {
  readonly url: string;
  /** Until this is called, every request is told to come back. */
  answerWith(answer: RequestListener): void;
  /** Lets requests under way finish. Idempotent. */
  close(): Promise<void>;
}

/** Longer than clients keep an idle connection, so that none is closed just as its next request sets out. */
const KEEP_ALIVE_MS = 65_000;
/** How long requests under way may take to finish at close. */
const GRACE_MS = 5000;

const STARTING: ErrorBody = {
  error: { code: 'EP_STARTING', message: 'the service is starting', hint: 'Try again in a second.' },
};
const starting: RequestListener = (_, outgoing) =>
  outgoing
    .writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' })
    .end(JSON.stringify(STARTING));

/** Listens on host and port; port 0 is any free one. */
export function listen({ host, port }: { readonly host: string; readonly port: number }): Promise<Listening> {
  keepRequestsYoung();
  let answer = starting;
  let closing: Promise<void> | undefined;
  return new Promise((resolve, reject) => {
    const server = createServer((incoming, outgoing) => answer(incoming, outgoing));
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo;
      const name =
        host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
      resolve({
        url: `http://${name}:${bound}`,
        answerWith: (next) => {
          answer = next;
        },
        close: () => {
          closing ??= closeServer(server);
          return closing;
        },
      });
    });
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is taken' : (error.code ?? error.message);
      const hint = 'Choose another with --port; --port 0 takes any free one.';
      reject(new Failure('EP_LISTEN', `cannot listen on ${host}:${port}: ${why}`, hint));
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    force.unref();
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
