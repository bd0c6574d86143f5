// A small program as the registry would know it, tokens as the selector would sign them, and batches as a device
// would send them: what the tests of this folder share.

import { createHmac, randomUUID } from 'node:crypto';
import type { Cause, TelemetryBatchInput } from '@everypath/schema';
import type { Catalog, TelemetryClaims, TokenVerifier } from '../src/index.ts';

export const TAG = '@ada/preprocess';
export const VARIANT = '0123456789abcdef';

export const sampleCatalog: Catalog = {
  program: (tag, variant) =>
    tag === TAG && variant === VARIANT
      ? {
          target: 'linux-x86_64',
          path: ['avx2', 'blocked'],
          nodes: [
            {
              index: 0,
              operator: 'PIL.Image.Image.resize[bilinear]',
              specialization: 'image',
              label: 'image.resize',
              line: 4,
              features: ['pixels'],
            },
            {
              index: 1,
              operator: 'numpy.matmul',
              specialization: "float32_2,'quoted\\'",
              label: 'a @ b',
              line: 7,
              features: ['m', 'n', 'k'],
            },
          ],
        }
      : undefined,
};

const KEY = 'a key of the tests';

export function signToken(claims: Partial<TelemetryClaims> = {}): string {
  const full: TelemetryClaims = {
    deviceId: 'device-0001',
    tag: TAG,
    variant: VARIANT,
    cause: 'auto',
    ...claims,
  };
  const payload = Buffer.from(JSON.stringify(full)).toString('base64url');
  return `${payload}.${createHmac('sha256', KEY).update(payload).digest('base64url')}`;
}

export const sampleTokens: TokenVerifier = {
  verify(token) {
    const [payload = '', mac] = token.split('.');
    if (createHmac('sha256', KEY).update(payload).digest('base64url') !== mac)
      return 'the signature does not match';
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as TelemetryClaims;
  },
};

/** A good batch of `records` records with `samples` samples each. */
export function sampleBatch(
  options: {
    readonly batchId?: string;
    readonly records?: number;
    readonly samples?: number;
    readonly token?: string;
    readonly cause?: Cause;
    readonly latencyNs?: number;
  } = {},
): TelemetryBatchInput {
  const { records = 2, samples = 3, latencyNs = 1_000 } = options;
  return {
    version: 1,
    batchId: options.batchId ?? randomUUID(),
    token: options.token ?? signToken(),
    tag: TAG,
    variant: VARIANT,
    cause: options.cause ?? 'auto',
    device: {
      target: 'linux-x86_64',
      isaLevel: 'x86-64-v3',
      microarchitecture: 'intel-6-143',
      model: "Ada's \\ CPU",
      runtime: 'node 24',
      clockResolutionNs: 1,
    },
    sealedAtMs: Date.now(),
    records: Array.from({ length: records }, (_, index) => ({
      node: index % 2,
      features: index % 2 === 0 ? [224 * 224] : [64, 32, 16],
      calls: samples * 10 + 1,
      samplesNs: Array.from({ length: samples }, (_, sample) => latencyNs + sample),
    })),
  };
}

export const samplesOf = (batch: TelemetryBatchInput): number =>
  batch.records.reduce((sum, record) => sum + record.samplesNs.length, 0);
