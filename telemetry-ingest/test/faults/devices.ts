// Devices as they are in the field: they keep a batch until it is acknowledged, send it again under the same id,
// to whichever instance, and take no answer for a no.

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { telemetryBatchSchema } from '@everypath/schema';
import { encodeBatch } from '../../../clients/js/src/encode-batch.ts';
import { sampleBatch, samplesOf, signToken } from '../sample-program.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface Acknowledged {
  readonly batchId: string;
  readonly samples: number;
}

export interface DeviceCounts {
  attempts: number;
  /** Answers by status, and attempts without one. */
  readonly answers: Map<string, number>;
}

export interface DeviceOptions {
  readonly urls: readonly string[];
  readonly random: SeededRandom;
  /** Written into every row, to find the rows of one round. */
  readonly label: string;
  readonly counts: DeviceCounts;
  /** Whether to begin another batch. */
  readonly goOn: () => boolean;
  readonly onAcknowledged: (batch: Acknowledged) => void;
  readonly pauseMs: number;
  /** Whether to give up what is not acknowledged: nobody listens any more. */
  readonly abandoned: () => boolean;
}

/** A lost connection must not hold a round up. */
const ATTEMPT_MS = 1_500;
/** A device waits seconds; a round has but one. */
const RETRY_AFTER_SCALE = 1 / 200;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reports batches for as long as `goOn`, and returns when each is acknowledged. */
export async function runDevice(options: DeviceOptions): Promise<void> {
  const { random, goOn, onAcknowledged, pauseMs } = options;
  while (goOn()) {
    const batch = {
      ...sampleBatch({
        records: random.between(1, 4),
        samples: random.between(1, 8),
        token: tokenOf(random),
      }),
      // Device clocks are wrong in every way.
      sealedAtMs: Math.max(0, Math.round(1.7e12 + (random.next() - 0.5) * 3e12)),
    };
    batch.device.runtime = options.label;
    const samples = samplesOf(batch);
    if (!(await deliver(formsOf(batch), options))) return;
    onAcknowledged({ batchId: batch.batchId, samples });
    if (pauseMs > 0) await wait(pauseMs);
  }
}

const tokenOf = (random: SeededRandom): string =>
  signToken({ deviceId: `device-${random.between(0, 9_999)}` });

interface Form {
  readonly type: string;
  readonly encoding: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The ways in which one batch may travel. A device that sends again may choose another. */
function formsOf(batch: ReturnType<typeof sampleBatch>): readonly Form[] {
  const json = Buffer.from(JSON.stringify(batch));
  const cbor = Buffer.from(encodeBatch(telemetryBatchSchema.parse(batch)));
  return [
    { type: 'application/json', encoding: undefined, body: json },
    { type: 'application/json', encoding: 'gzip', body: gzipSync(json) },
    { type: 'application/json', encoding: 'zstd', body: zstdCompressSync(json) },
    { type: 'application/cbor', encoding: undefined, body: cbor },
    { type: 'application/cbor', encoding: 'gzip', body: gzipSync(cbor) },
    { type: 'application/cbor', encoding: 'zstd', body: zstdCompressSync(cbor) },
  ];
}

async function deliver(forms: readonly Form[], options: DeviceOptions): Promise<boolean> {
  const { random, counts } = options;
  for (let attempt = 0; !options.abandoned(); attempt++) {
    const { type, encoding, body } = random.pick(forms);
    counts.attempts++;
    const answer = await fetch(random.pick(options.urls), {
      method: 'POST',
      headers: { 'content-type': type, ...(encoding ? { 'content-encoding': encoding } : {}) },
      body,
      signal: AbortSignal.timeout(ATTEMPT_MS),
    }).catch(() => undefined);
    const status = answer?.status ?? 0;
    // The answer counts when its head is in, as for a client that does not read the receipt.
    const said = await answer?.text().catch(() => '');
    const key = answer ? String(status) : 'none';
    counts.answers.set(key, (counts.answers.get(key) ?? 0) + 1);
    if (status === 202) return true;
    const retryable = status === 0 || status === 429 || status === 503 || status === 507;
    if (!retryable) throw new Error(`a good batch was answered with ${status}: ${said}`);
    const afterS = Number(answer?.headers.get('retry-after') ?? 0);
    if (status !== 0 && afterS === 0) throw new Error(`${status} without Retry-After`);
    await wait(Math.min(150, Math.max(10 + 10 * Math.min(attempt, 10), afterS * 1_000 * RETRY_AFTER_SCALE)));
  }
  return false;
}
