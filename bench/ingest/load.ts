// The load: a process of its own that posts batches over keep-alive connections and times each answer. Bytes are made
// before the clock starts; while it runs only the batch id in them changes. Told what to do, and telling what came of
// it, over the channel to its parent.

import { connect, type Socket } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { encodeBatch } from '@everypath/client';
import { type BatchShape, batchOf } from './fleet.ts';

export interface LoadOrder {
  readonly port: number;
  readonly encoding: 'json' | 'compact';
  readonly compression?: 'gzip' | 'zstd';
  readonly shape: BatchShape;
  readonly connections: number;
  readonly batches: number;
  /** Batches a second, sent on time whatever the answers; undefined: as fast as the answers come. */
  readonly perSecond?: number;
}

export interface LoadResult {
  readonly ms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Processor time of the load itself. */
  readonly cpuSeconds: number;
}

/** Different batches that take turns. */
const TEMPLATES = 512;
const PLACEHOLDER = '00000000-0000-4000-8000-000000000000';

interface Template {
  readonly bytes: Buffer;
  /** Where the id is, if it may be changed in place. */
  readonly idAt: number;
}

function requestOf(order: LoadOrder, seed: number, id: Buffer): Template {
  const batch = batchOf(seed, order.shape, Date.now());
  const text = idText(id);
  const plain =
    order.encoding === 'json'
      ? Buffer.from(JSON.stringify({ ...batch, batchId: order.compression ? text : PLACEHOLDER }))
      : Buffer.from(encodeBatch({ ...batch, batchId: order.compression ? text : PLACEHOLDER }));
  const { compression } = order;
  const body =
    compression === 'gzip' ? gzipSync(plain) : compression === 'zstd' ? zstdCompressSync(plain) : plain;
  const head = [
    'POST /v1/telemetry HTTP/1.1',
    'host: localhost',
    `content-type: application/${order.encoding === 'json' ? 'json' : 'cbor'}`,
    ...(compression ? [`content-encoding: ${compression}`] : []),
    `everypath-sent-at: ${Date.now()}`,
    `content-length: ${body.length}`,
  ].join('\r\n');
  const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
  const mark = order.encoding === 'json' ? Buffer.from(PLACEHOLDER) : idOf(0, 0);
  return { bytes, idAt: bytes.indexOf(order.encoding === 'json' ? mark : EMPTY_ID) };
}

const EMPTY_ID = Buffer.from(PLACEHOLDER.replaceAll('-', ''), 'hex');

/** A UUID that is this run's and this batch's alone. */
function idOf(run: number, count: number): Buffer {
  const id = Buffer.from(EMPTY_ID);
  id.writeUInt32BE(run, 0);
  id.writeUInt32BE(count, 12);
  return id;
}

function idText(id: Buffer): string {
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function bytesOf(order: LoadOrder, template: Template, id: Buffer): Buffer {
  const bytes = Buffer.from(template.bytes);
  if (order.encoding === 'json') bytes.write(idText(id), template.idAt, 'latin1');
  else id.copy(bytes, template.idAt);
  return bytes;
}

/** Posts one request on a connection and waits for the whole answer. */
function exchange(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const take = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
      if (answer.length < end + 4 + length) return;
      socket.off('data', take);
      if (answer.startsWith('HTTP/1.1 202')) resolve();
      else reject(new Error(answer.slice(0, 600)));
    };
    socket.on('data', take);
    socket.write(bytes);
  });
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const run = Math.floor(Math.random() * 2 ** 32);
  const count = order.compression ? order.batches : Math.min(TEMPLATES, order.batches);
  const templates = Array.from({ length: count }, (_, seed) => requestOf(order, seed, idOf(run, seed)));
  const sockets = await Promise.all(
    Array.from(
      { length: order.connections },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true }, () =>
            resolve(socket),
          );
          socket.once('error', reject);
        }),
    ),
  );
  const latencies = new Float64Array(order.batches);
  let next = 0;
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let index = next++; index < order.batches; index = next++) {
        const template = templates[index % templates.length];
        if (!template) return;
        const bytes = order.compression ? template.bytes : bytesOf(order, template, idOf(run, index));
        // From when it was due: a slow answer must not hide the wait of the requests behind it.
        const dueMs =
          order.perSecond === undefined ? performance.now() : startMs + (index / order.perSecond) * 1e3;
        const waitMs = dueMs - performance.now();
        if (waitMs > 0.2) await new Promise((resolve) => setTimeout(resolve, waitMs));
        await exchange(socket, bytes);
        latencies[index] = performance.now() - Math.min(dueMs, performance.now());
      }
    }),
  );
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  for (const socket of sockets) socket.destroy();
  latencies.sort();
  const at = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN;
  return { ms, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1), cpuSeconds: (user + system) / 1e6 };
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
