// Writes `vectors/compact.json`: batches and the bytes that they become in the compact encoding. Run by hand; the file is
// committed, so that every SDK and the service check the same bytes for good.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TelemetryBatch } from '@everypath/schema';
import { encodeBatch } from '../js/src/encode-batch.ts';

const plain: TelemetryBatch = {
  version: 1,
  batchId: '0193c2a0-1234-7abc-8def-0123456789ab',
  token: 'token-of-sixteen-or-more',
  tag: '@user/fma',
  variant: '0123456789abcdef',
  cause: 'auto',
  sealedAtMs: 1_700_000_000_123,
  device: {
    target: 'linux-x86_64',
    isaLevel: 'x86-64-v3',
    extensions: [],
    microarchitecture: 'intel-6-85',
    model: '',
    cores: 2,
    cacheBytes: [32_768, 1_048_576],
    os: 'linux 6.1',
    runtime: 'test 1',
    clockResolutionNs: 1,
  },
  records: [{ node: 0, features: [1024, 3], calls: 2, samplesNs: [4, 5] }],
};

const cases: readonly { readonly name: string; readonly batch: TelemetryBatch }[] = [
  { name: 'one record', batch: plain },
  {
    name: 'the whole call, and records without sizes',
    batch: {
      ...plain,
      cause: 'explore',
      records: [
        { node: 0xffffffff, features: [], calls: 3, samplesNs: [10, 20, 30] },
        { node: 7, features: [], calls: 1, samplesNs: [1] },
      ],
    },
  },
  {
    name: 'numbers that need eight bytes',
    batch: {
      ...plain,
      device: { ...plain.device, clockResolutionNs: 41.67, cacheBytes: [2 ** 40] },
      records: [{ node: 1, features: [0.5], calls: 1e12, samplesNs: [0, 41.67, 2 ** 32, 3.6e12] }],
    },
  },
  {
    name: 'text beyond ASCII, and lengths beyond one byte',
    batch: {
      ...plain,
      token: 't'.repeat(300),
      device: { ...plain.device, model: 'Prozessör 😀', extensions: ['avx512_vnni', 'é'] },
      records: Array.from({ length: 70 }, (_, node) => ({
        node,
        features: [node],
        calls: 40_000,
        samplesNs: Array.from({ length: 3 }, (_, sample) => 65_536 * (sample + 1)),
      })),
    },
  },
];

const text = JSON.stringify(
  {
    about: 'A batch and its bytes as application/cbor, in base64. docs/telemetry-protocol.md describes them.',
    cases: cases.map(({ name, batch }) => ({
      name,
      batch,
      base64: Buffer.from(encodeBatch(batch)).toString('base64'),
    })),
  },
  null,
  1,
);
writeFileSync(join(import.meta.dirname, 'vectors', 'compact.json'), `${text}\n`);
