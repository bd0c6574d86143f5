// A thread that loads a server over plain sockets: as fast as it answers, or at a given rate. Sends prepared requests
// and reads answers by their length, so that what is measured is the server.

import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

export interface Load {
  readonly port: number;
  readonly connections: number;
  /** Requests a second over all connections; null: each connection sends its next when it has its answer. */
  readonly rate: number | null;
  readonly seconds: number;
  /** Complete requests, taken in turn. */
  readonly requests: readonly Uint8Array[];
}

export interface LoadResult {
  readonly answered: number;
  readonly seconds: number;
  /** By status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds from when a request was due until its answer was read; of those due after the load's own warm-up. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly etags: readonly string[];
}

/** A fresh thread compiles as it starts to send: for some 30 ms it is the load that is late, not the answers. */
const WARM_UP_MS = 250;
const END = Buffer.from('\r\n\r\n');

async function load({ port, connections, rate, seconds, requests }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  let answered = 0;
  const statuses: Record<string, number> = {};
  const etags: string[] = [];
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  let next = 0;
  let due = 0;
  const one = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let waiting = Buffer.alloc(0);
      let dueMs = 0;
      let at = 0;
      const send = (): void => {
        if (performance.now() >= endMs) {
          resolve();
          return;
        }
        if (rate === null) {
          dueMs = performance.now();
          fire();
          return;
        }
        // The next free place in the timetable: one that is late is late from then on, not from when it is sent.
        dueMs = startMs + (due++ * 1000) / rate;
        const wait = dueMs - performance.now();
        if (wait > 1) setTimeout(fire, wait);
        else fire();
      };
      const fire = (): void => {
        at = next++ % requests.length;
        socket.write(requests[at]!);
      };
      socket.on('data', (chunk) => {
        waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
        const head = waiting.indexOf(END);
        if (head < 0) return;
        const header = waiting.toString('latin1', 0, head);
        const status = header.slice(9, 12);
        const length = status === '304' ? 0 : Number(/content-length: (\d+)/i.exec(header)?.[1] ?? 0);
        if (waiting.length < head + 4 + length) return;
        waiting = Buffer.alloc(0);
        answered += 1;
        if (dueMs >= startMs + WARM_UP_MS) latencies.push(performance.now() - dueMs);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (etags.length < requests.length) etags[at] ??= /etag: (\S+)/i.exec(header)?.[1] ?? '';
        send();
      });
      socket.on('error', reject);
      send();
    });
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    return socket;
  });
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', () => resolve(undefined)))),
  );
  await Promise.all(sockets.map(one));
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const share = (of: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(of * latencies.length))] ?? Number.NaN;
  return {
    answered,
    seconds: (performance.now() - startMs) / 1000,
    statuses,
    p50Ms: share(0.5),
    p99Ms: share(0.99),
    etags,
  };
}

parentPort?.postMessage(await load(workerData as Load));
