// The fleet that the ingest's benchmark plays: many devices of a few classes that run one program, its tokens, and the
// batches that they send. Spread like real latencies, the same on every machine.

import { createHmac } from 'node:crypto';
import type { ProgramNode, TelemetryBatch } from '@everypath/schema';
import type { Catalog, TelemetryClaims, TokenVerifier } from '@everypath/telemetry-ingest';

export interface BatchShape {
  readonly records: number;
  readonly samples: number;
}

const DEVICES = 2_000;
const TAG = '@bench/ingest';
const VARIANT = '0123456789abcdef';
const NODES = 64;

const nodes: readonly ProgramNode[] = Array.from({ length: NODES }, (_, index) => ({
  index,
  operator: `numpy.operator${index % 10}`,
  specialization: 'float32_2,float32_2',
  label: `node ${index}`,
  line: index,
  features: ['rows', 'columns'],
}));
const program = {
  target: 'linux-x86_64',
  nodes,
  path: nodes.map((_, index) => `avx2_${index % 4}`),
} as const;

export const catalog: Catalog = { program: () => program };

const sign = (payload: string): string =>
  createHmac('sha256', 'a key of the benchmark').update(payload).digest('base64url');

/** Signed like the selector's tokens. */
export const tokens: TokenVerifier = {
  verify(token) {
    const [payload = '', signature] = token.split('.');
    if (signature !== sign(payload)) return 'the signature does not match';
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as TelemetryClaims;
  },
};

function tokenOf(device: number, nowMs: number): string {
  const claims: TelemetryClaims = {
    deviceId: device.toString(16).padStart(16, '0'),
    tag: TAG,
    variant: VARIANT,
    cause: 'auto',
    expiresAtMs: nowMs + 14 * 24 * 3_600_000,
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${sign(payload)}`;
}

/** A batch of the device that `seed` names; its id is the caller's to give. */
export const batchOf = (seed: number, shape: BatchShape, nowMs: number): TelemetryBatch => ({
  version: 1,
  batchId: '00000000-0000-4000-8000-000000000000',
  token: tokenOf(seed % DEVICES, nowMs),
  tag: TAG,
  variant: VARIANT,
  cause: 'auto',
  device: {
    target: 'linux-x86_64',
    isaLevel: 'x86-64-v3',
    extensions: [],
    microarchitecture: `intel-6-${(seed % DEVICES) % 20}`,
    model: 'Intel Xeon Processor 2.50GHz',
    cores: 2,
    cacheBytes: [32_768, 1_048_576, 37_486_592],
    os: 'linux 6.1',
    runtime: 'node 24',
    clockResolutionNs: 1,
  },
  sealedAtMs: nowMs,
  records: Array.from({ length: shape.records }, (_, index) => ({
    node: index % NODES,
    features: [64 << (seed % 4), 128],
    calls: 1_000,
    samplesNs: Array.from(
      { length: shape.samples },
      (_, at) => 10_000 + ((seed * 7_919 + index * 104_729 + at * 1_299_709) % 5_000),
    ),
  })),
});
