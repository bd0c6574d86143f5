// The socket: listening, and closing so that answers under way are finished first.

import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Failure } from '../failure.ts';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** How long requests under way may take to finish at close. */
const GRACE_MS = 5000;

interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** Listens on host and port; port 0 is any free one. */
export function listen(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, ({ port: bound }) => {
      const name =
        host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
      resolve({ url: `http://${name}:${bound}`, close: () => closeServer(server) });
    }) as Server;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is taken' : (error.code ?? error.message);
      reject(
        new Failure(
          'EP_LISTEN',
          `cannot listen on ${host}:${port}: ${why}`,
          'Choose another with --port; --port 0 takes any free one.',
        ),
      );
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
