// Gathers what programs measured about themselves and seals it into batches. Knows nothing of files or networks.

import type { Cause, DeviceFeatures, TelemetryBatch, TelemetryRecord } from '@everypath/schema';
import type { Clock } from './platform.ts';
import type { ProbeRecord } from './read-value.ts';
import { uuidV7 } from './uuid.ts';

/** Records a batch: about 40 kB, so that a lost one loses little. */
const RECORDS_PER_BATCH = 128;

/** Records kept while they wait to be sealed; the oldest go first. */
const MAX_WAITING = 1024;

/** What a record is about, apart from its latencies. */
export interface Attribution {
  readonly token: string;
  readonly tag: string;
  readonly variant: string;
  readonly cause: Cause;
}

interface Waiting {
  readonly attribution: Attribution;
  readonly record: TelemetryRecord;
}

export interface Recorder {
  add(attribution: Attribution, records: readonly ProbeRecord[]): void;
  /** What the next `seal` would send, without sealing it. */
  waiting(): readonly Waiting[];
  /** Turns all that waits into batches. Each is sealed once: a resend repeats it to the byte. */
  seal(device: DeviceFeatures): TelemetryBatch[];
  clear(): void;
  /** Records given up because too many waited. */
  dropped(): number;
}

const usable = (value: number): boolean => Number.isFinite(value) && value >= 0;

function toTelemetry(record: ProbeRecord): TelemetryRecord | null {
  const samplesNs = record.samplesNs.filter((ns) => usable(ns) && ns <= 3.6e12);
  if (samplesNs.length === 0 || !record.features.every(usable)) return null;
  return {
    node: record.node,
    features: [...record.features],
    calls: Math.min(record.calls, 1e12),
    samplesNs,
  };
}

export function createRecorder(clock: Clock, random: () => number): Recorder {
  let waiting: Waiting[] = [];
  let dropped = 0;
  return {
    add(attribution, records) {
      for (const record of records) {
        const telemetry = toTelemetry(record);
        if (telemetry) waiting.push({ attribution, record: telemetry });
      }
      if (waiting.length > MAX_WAITING) {
        dropped += waiting.length - MAX_WAITING;
        waiting = waiting.slice(-MAX_WAITING);
      }
    },
    waiting: () => waiting,
    seal(device) {
      const groups = new Map<string, { attribution: Attribution; records: TelemetryRecord[] }>();
      for (const { attribution, record } of waiting) {
        const key = [attribution.token, attribution.variant, attribution.cause].join(' ');
        const group = groups.get(key) ?? { attribution, records: [] };
        group.records.push(record);
        groups.set(key, group);
      }
      waiting = [];
      const sealedAtMs = Math.floor(clock.nowMs());
      return [...groups.values()].flatMap(({ attribution, records }) => {
        const batches: TelemetryBatch[] = [];
        for (let start = 0; start < records.length; start += RECORDS_PER_BATCH) {
          batches.push({
            version: 1,
            batchId: uuidV7(sealedAtMs, random),
            ...attribution,
            device,
            sealedAtMs,
            records: records.slice(start, start + RECORDS_PER_BATCH),
          });
        }
        return batches;
      });
    },
    clear() {
      waiting = [];
    },
    dropped: () => dropped,
  };
}
