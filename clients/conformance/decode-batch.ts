// Reads a batch back from the compact encoding, for the tests of the SDKs: written from `docs/telemetry-protocol.md` alone,
// and only for batches that are right. The service's own decoder is the one that doubts.

import type { TelemetryBatch } from '@everypath/schema';

/** The batch that an SDK encoded. */
export function decodeBatch(bytes: Buffer): TelemetryBatch {
  let at = 0;
  const take = (count: number): Buffer => {
    at += count;
    return bytes.subarray(at - count, at);
  };
  const argument = (info: number): number => {
    if (info < 24) return info;
    const size = 2 ** (info - 24);
    return size < 8 ? take(size).readUIntBE(0, size) : Number(take(8).readBigUInt64BE());
  };
  const typed = (tag: number, data: Buffer): number[] => {
    const size = tag === 64 ? 1 : tag === 70 ? 4 : 8;
    return Array.from({ length: data.length / size }, (_, index) =>
      tag === 86 ? data.readDoubleLE(index * 8) : data.readUIntLE(index * size, size),
    );
  };
  const value = (): unknown => {
    const first = take(1)[0] ?? 0;
    if (first === 0xfb) return take(8).readDoubleBE();
    const count = argument(first & 31);
    switch (first >> 5) {
      case 0:
        return count;
      case 2:
        return take(count);
      case 3:
        return take(count).toString();
      case 4:
        return Array.from({ length: count }, value);
      case 5:
        return Object.fromEntries(Array.from({ length: count }, () => [value(), value()]));
      default:
        return typed(count, value() as Buffer);
    }
  };
  const { columns, batchId, ...head } = value() as { columns: Columns; batchId: Buffer };
  const features = parts(columns.features, columns.featureCounts);
  const samples = parts(columns.samplesNs, columns.sampleCounts);
  const records = columns.node.map((node, index) => ({
    node,
    features: features[index] ?? [],
    calls: columns.calls[index] ?? 0,
    samplesNs: samples[index] ?? [],
  }));
  const id = batchId.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { ...head, batchId: id, records } as unknown as TelemetryBatch;
}

type Columns = Readonly<
  Record<'node' | 'calls' | 'featureCounts' | 'features' | 'sampleCounts' | 'samplesNs', number[]>
>;

function parts(items: readonly number[], counts: readonly number[]): number[][] {
  let start = 0;
  return counts.map((count) => {
    start += count;
    return items.slice(start - count, start);
  });
}
