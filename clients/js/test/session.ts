// A session with the fault server and a client with a cache of its own, for one test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type FaultServer, startFaultServer } from '../../conformance/fault-server.ts';
import type { Fault } from '../../conformance/faults.ts';
import { type Client, createClient, type NodeClientOptions } from '../src/index.ts';

/** What the service has seen. */
export interface Seen {
  requests: string[];
  batches: string[];
  crashes: string[];
}

export interface Session {
  readonly baseUrl: string;
  readonly cacheDir: string;
  fault(name: Fault): Promise<void>;
  seen(): Promise<Seen>;
  client(options?: Partial<NodeClientOptions>): Client;
}

let server: Promise<FaultServer> | undefined;
let sessions = 0;

/** Closes the server of this test file. */
export const closeServer = async (): Promise<void> => (await server)?.close();

export async function startSession(t: TestContext): Promise<Session> {
  server ??= startFaultServer();
  const baseUrl = `${(await server).origin}/session-${sessions++}`;
  const cacheDir = mkdtempSync(join(tmpdir(), 'everypath-test-'));
  const clients: Client[] = [];
  t.after(async () => {
    for (const client of clients) {
      await client.telemetry.off();
      await client.close();
    }
    rmSync(cacheDir, { recursive: true });
  });
  return {
    baseUrl,
    cacheDir,
    async fault(name) {
      await fetch(`${baseUrl}/fault`, { method: 'PUT', body: name });
    },
    seen: async () => (await fetch(`${baseUrl}/seen`)).json() as Promise<Seen>,
    client(options = {}) {
      const client = createClient({ baseUrl, cacheDir, telemetry: 'off', env: {}, ...options });
      clients.push(client);
      return client;
    },
  };
}
