// A TCP proxy that misbehaves on request: cuts a connection before or after the answer, holds bytes back, sends what a
// client sent once more. It knows bytes, not HTTP, so what it does can happen on any network.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { SeededRandom } from './seeded-random.ts';

export interface ProxyFaults {
  /** Shares of connections that are cut within the request, cut within the answer, delayed, and sent twice. */
  readonly cutRequest: number;
  readonly cutAnswer: number;
  readonly delay: number;
  readonly duplicate: number;
}

export const NO_FAULTS: ProxyFaults = { cutRequest: 0, cutAnswer: 0, delay: 0, duplicate: 0 };

export interface FaultProxy {
  readonly port: number;
  /** Where connections go from now on; undefined: they are refused. */
  target(port: number | undefined): void;
  faults(faults: ProxyFaults): void;
  /** Breaks every connection there is. */
  dropConnections(): void;
  /** How often each fault struck. */
  readonly struck: Readonly<Record<keyof ProxyFaults, number>>;
  close(): Promise<void>;
}

/** Bytes of a connection that are kept for sending them twice. */
const REPLAY_BYTES = 1 << 20;

/** Starts a proxy on a free port of the loopback interface. */
export async function startFaultProxy(random: SeededRandom): Promise<FaultProxy> {
  let targetPort: number | undefined;
  let current = NO_FAULTS;
  const struck = { cutRequest: 0, cutAnswer: 0, delay: 0, duplicate: 0 };
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A reset is what this file is about; 'close' follows.
    socket.on('error', () => {});
    return socket;
  };
  const strikes = (fault: keyof ProxyFaults): boolean => {
    if (!random.chance(current[fault])) return false;
    struck[fault]++;
    return true;
  };

  const server: Server = createServer((client) => {
    track(client);
    const port = targetPort;
    if (port === undefined) {
      client.destroy();
      return;
    }
    const upstream = track(connect(port, '127.0.0.1'));
    const requestLimit = strikes('cutRequest') ? random.between(0, 3_000) : Number.POSITIVE_INFINITY;
    const answerLimit = strikes('cutAnswer') ? random.between(0, 600) : Number.POSITIVE_INFINITY;
    const delayMs = strikes('delay') ? random.between(5, 150) : 0;
    const sent: Buffer[] | undefined = strikes('duplicate') ? [] : undefined;
    relay(client, upstream, requestLimit, delayMs, sent);
    relay(upstream, client, answerLimit, delayMs);
    if (sent) {
      client.once('close', () => {
        const again = track(connect(targetPort ?? port, '127.0.0.1'));
        again.resume();
        again.end(Buffer.concat(sent));
        setTimeout(() => again.destroy(), 2_000).unref();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    struck,
    target: (port) => {
      targetPort = port;
    },
    faults: (faults) => {
      current = faults;
    },
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Passes bytes on until `limit`, then breaks both ends. */
function relay(from: Socket, to: Socket, limit: number, delayMs: number, kept?: Buffer[]): void {
  let passed = 0;
  let keptBytes = 0;
  let last = Promise.resolve();
  const later = (run: () => void): void => {
    if (delayMs === 0) run();
    else last = last.then(() => new Promise((resolve) => setTimeout(resolve, delayMs))).then(run);
  };
  from.on('data', (chunk) => {
    if (kept && keptBytes + chunk.length <= REPLAY_BYTES) {
      kept.push(chunk);
      keptBytes += chunk.length;
    }
    const room = limit - passed;
    passed += chunk.length;
    later(() => {
      to.write(chunk.length > room ? chunk.subarray(0, Math.max(0, room)) : chunk);
      if (chunk.length <= room) return;
      from.destroy();
      to.destroy();
    });
  });
  from.once('end', () => later(() => to.end()));
  from.once('close', () => later(() => to.destroy()));
}
