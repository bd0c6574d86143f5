// The stage: one ClickHouse development server, ingest instances that share it, a misbehaving network between all of
// them and the devices, and a disk that can be full. Every part can be taken away and comes back as it was.

import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IngestLimits } from '../../src/index.ts';
import { type Child, type ChildPool, childPool } from './child-process.ts';
import { type FaultDisk, openFaultDisk } from './fault-disk.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { IngestChildState } from './ingest-child.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface FaultScene {
  readonly instances: readonly IngestInstance[];
  readonly clickhouse: ClickHouseInstance;
  readonly disk: FaultDisk;
  /** Where devices send, one address an instance. */
  readonly urls: readonly string[];
  readonly crashes: () => readonly string[];
  /** Rows of a query, past the proxy. */
  query<T>(sql: string): Promise<readonly T[]>;
  close(): Promise<void>;
}

export interface Restartable {
  /** One fault at a time takes a part away and brings it back. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  start(): Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  readonly proxy: FaultProxy;
}

export interface ClickHouseInstance extends Restartable {
  readonly port: number;
}

export interface IngestInstance extends Restartable {
  /** How far this instance's clock is off, from now on and after restarts. */
  jump(offsetMs: number): void;
  /** While it is down: what a write leaves on disk that the power cut short. */
  tear(random: SeededRandom): void;
  flush(): Promise<IngestChildState>;
  state(): Promise<IngestChildState>;
}

export interface SceneOptions {
  readonly root: string;
  readonly instances: number;
  readonly random: SeededRandom;
  readonly limits: Partial<IngestLimits>;
}

const childProgram = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Builds the stage under `root`, with everything up and no fault. */
export async function openScene({ root, instances, random, limits }: SceneOptions): Promise<FaultScene> {
  mkdirSync(root, { recursive: true });
  const disk = openFaultDisk(join(root, 'disk'));
  const servers = childPool(childProgram('./clickhouse-child.ts'), 1, root);
  const ingests = childPool(childProgram('./ingest-child.ts'), 2);
  const clickhouse = clickHouseInstance(servers, join(root, 'clickhouse'), await startFaultProxy(random));
  await clickhouse.start();
  const members: IngestInstance[] = [];
  for (let index = 0; index < instances; index++) {
    const member = ingestInstance(ingests, {
      clickhouseUrl: `http://127.0.0.1:${clickhouse.proxy.port}`,
      spoolDir: join(disk.path, `spool-${index}`),
      limits: disk.kind === 'tmpfs' ? limits : { ...limits, spoolBytes: 60_000 },
      proxy: await startFaultProxy(random),
    });
    await member.start();
    members.push(member);
  }
  return {
    instances: members,
    clickhouse,
    disk,
    urls: members.map(({ proxy }) => `http://127.0.0.1:${proxy.port}/v1/telemetry`),
    crashes: () => [...servers.crashes, ...ingests.crashes],
    async query<T>(sql: string): Promise<readonly T[]> {
      const response = await fetch(`http://127.0.0.1:${clickhouse.port}/?default_format=JSONEachRow`, {
        method: 'POST',
        headers: { 'X-ClickHouse-Key': 'secret' },
        body: sql,
      });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));
    },
    async close() {
      await Promise.all([servers.close(), ingests.close()]);
      await Promise.all([clickhouse, ...members].map(({ proxy }) => proxy.close()));
      disk.close();
    },
  };
}

function turns(): Restartable['turn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

function clickHouseInstance(pool: ChildPool, path: string, proxy: FaultProxy): ClickHouseInstance {
  let child: Child | undefined;
  let port = 0;
  return {
    proxy,
    get port() {
      return port;
    },
    turn: turns(),
    async start() {
      child = await pool.take();
      port = await child.ask<number>('start', { path });
      proxy.target(port);
    },
    async kill(signal) {
      proxy.target(undefined);
      await child?.kill(signal);
    },
  };
}

function ingestInstance(
  pool: ChildPool,
  given: {
    readonly clickhouseUrl: string;
    readonly spoolDir: string;
    readonly limits: Partial<IngestLimits>;
    readonly proxy: FaultProxy;
  },
): IngestInstance {
  const { proxy, ...options } = given;
  let child: Child | undefined;
  let clockOffsetMs = 0;
  return {
    proxy,
    turn: turns(),
    async start() {
      child = await pool.take();
      proxy.target(await child.ask<number>('start', { ...options, clockOffsetMs }));
    },
    async kill(signal) {
      proxy.target(undefined);
      await child?.kill(signal);
    },
    jump(offsetMs) {
      clockOffsetMs = offsetMs;
      if (child?.alive) void child.ask('clock', offsetMs).catch(() => {});
    },
    tear: (random) => tearLastSegment(options.spoolDir, random),
    flush: () => child!.ask<IngestChildState>('flush'),
    state: () => child!.ask<IngestChildState>('state'),
  };
}

/** Appends the beginning of a record, as it really looks, to the segment that was being written. */
function tearLastSegment(spoolDir: string, random: SeededRandom): void {
  const open = readdirSync(spoolDir).filter((name) => name.endsWith('.open'));
  const last = open.sort().at(-1);
  if (last === undefined) return;
  const path = join(spoolDir, last);
  const content = readFileSync(path);
  if (content.length === 0) return;
  const torn = random.chance(0.7)
    ? content.subarray(0, random.between(1, Math.min(content.length, 900)))
    : random.bytes(random.between(1, 300));
  try {
    appendFileSync(path, torn);
  } catch (error) {
    // A full disk tears by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
