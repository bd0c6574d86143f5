// One well-formed batch and the program it speaks of → what is stored and what is not. Trusts nothing but the token's
// claims and the catalog: the device names nodes by number, the server knows what they are.

import { TELEMETRY_LIMITS, type TelemetryReceipt, workBucket } from '@everypath/schema';
import type { RecordRejection } from '../errors.ts';
import type { TelemetryClaims } from '../ports.ts';
import type { SpooledBatch } from '../spool/frame.ts';
import type { IncomingBatch } from './incoming-batch.ts';
import type { ResolvedNode, ResolvedProgram } from './resolve-program.ts';

export type Rejection = TelemetryReceipt['rejected'][number] & {
  readonly code: RecordRejection;
  readonly node: number;
  readonly samples: number;
};

export interface Assessment {
  readonly batch: SpooledBatch;
  readonly accepted: number;
  readonly rejections: readonly Rejection[];
}

export interface AssessmentInput {
  readonly batch: IncomingBatch;
  readonly claims: TelemetryClaims;
  readonly program: ResolvedProgram;
  readonly deviceClass: string;
  readonly receivedMs: number;
  readonly tsMs: number;
  /** 64-bit hash of the device. */
  readonly device: bigint;
  /** Whether the device may speak of this node and size too. */
  readonly allowsCell: (node: number, features: readonly number[]) => boolean;
}

/** Sorts a batch's records into accepted and rejected, and names the operator behind each node. */
export function assessBatch(input: AssessmentInput): Assessment {
  const { batch, claims, program } = input;
  const { records, device } = batch;
  const rejections: Rejection[] = [];
  const operator: string[] = [];
  const specialization: string[] = [];
  const operatorVariant: string[] = [];
  const features: (readonly number[])[] = [];
  const workBuckets: number[] = [];
  const node: number[] = [];
  const calls: number[] = [];
  const samplesNs: (readonly number[])[] = [];
  let samples = 0;
  let rejected = 0;
  for (let index = 0; index < records.count; index++) {
    const at = records.node[index] ?? Number.NaN;
    const sizes = records.features[index] ?? [];
    const latencies = records.samplesNs[index] ?? [];
    const resolved = program.nodes.get(at);
    const fault =
      faultOf(input, index, resolved) ??
      (input.allowsCell(at, sizes)
        ? undefined
        : fail('EP_CARDINALITY', 'the device has spoken of too many nodes and sizes today'));
    if (fault || !resolved) {
      const count = Math.max(1, Math.min(latencies.length, TELEMETRY_LIMITS.samples));
      rejections.push({ index, ...(fault ?? UNKNOWN), node: at >>> 0, samples: count });
      rejected += count;
      continue;
    }
    operator.push(resolved.operator);
    specialization.push(resolved.specialization);
    operatorVariant.push(resolved.variant);
    features.push(sizes);
    workBuckets.push(workBucket(sizes));
    node.push(at);
    calls.push(records.calls[index] ?? 0);
    samplesNs.push(latencies);
    samples += latencies.length;
  }
  return {
    accepted: node.length,
    rejections,
    batch: {
      batch_id: batch.batchId.toLowerCase(),
      samples,
      rejected,
      received_ms: input.receivedMs,
      ts_ms: input.tsMs,
      device_class: input.deviceClass,
      device: input.device,
      tag: claims.tag,
      variant: claims.variant,
      sdk: device.runtime,
      cause: claims.cause,
      clock_ns: device.clockResolutionNs,
      operator,
      specialization,
      operator_variant: operatorVariant,
      features,
      work_bucket: workBuckets,
      node,
      calls,
      samples_ns: samplesNs,
      rejected_code: rejections.map(({ code }) => code),
      rejected_message: rejections.map(({ message }) => message),
      rejected_node: rejections.map((rejection) => rejection.node),
      rejected_samples: rejections.map((rejection) => rejection.samples),
    },
  };
}

interface Fault {
  readonly code: RecordRejection;
  readonly message: string;
}

const fail = (code: RecordRejection, message: string): Fault => ({ code, message });
const UNKNOWN = fail('EP_UNKNOWN_NODE', 'the variant has no such node');

/** A clock this fine cannot read zero: reading it twice takes longer. */
const FINE_CLOCK_NS = 20;
/** Time that one core may have spent on the calls of one record: clients report every minute, and keep for days. */
const CORE_TIME_NS = 24 * 3600e9;

function faultOf(
  input: AssessmentInput,
  index: number,
  resolved: ResolvedNode | undefined,
): Fault | undefined {
  const { records, device } = input.batch;
  const malformed = records.malformed.get(index);
  if (malformed !== undefined) return fail('EP_INVALID_RECORD', malformed);
  if (!resolved) return fail('EP_UNKNOWN_NODE', `the variant has no node ${records.node[index]}`);
  const sizes = records.features[index] ?? [];
  const latencies = records.samplesNs[index] ?? [];
  const calls = records.calls[index] ?? Number.NaN;
  const limits = TELEMETRY_LIMITS;
  if (sizes.length > limits.features)
    return fail('EP_INVALID_RECORD', `more than ${limits.features} features`);
  if (resolved.featureCount !== undefined && sizes.length !== resolved.featureCount) {
    return fail(
      'EP_FEATURE_COUNT',
      `${resolved.operator} has ${resolved.featureCount} size features, the record ${sizes.length}`,
    );
  }
  for (let at = 0; at < sizes.length; at++) {
    const size = sizes[at] ?? Number.NaN;
    if (!(size >= 0 && size < Number.POSITIVE_INFINITY)) return fail('EP_INVALID_RECORD', `no size: ${size}`);
  }
  if (!Number.isInteger(calls) || calls < 1 || calls > limits.calls) {
    return fail('EP_INVALID_RECORD', `calls from 1 to ${limits.calls}, not ${calls}`);
  }
  if (latencies.length < 1 || latencies.length > limits.samples) {
    return fail('EP_INVALID_RECORD', `1 to ${limits.samples} samples, not ${latencies.length}`);
  }
  if (latencies.length > calls) {
    return fail('EP_SAMPLES_EXCEED_CALLS', `${latencies.length} samples of ${calls} calls`);
  }
  const clockNs = device.clockResolutionNs;
  // A clock shows whole steps: 0, 1, 2, … of them. Half a step allows for a resolution that was itself measured.
  const leastNs = clockNs / 2;
  let smallestNs = Number.POSITIVE_INFINITY;
  for (let at = 0; at < latencies.length; at++) {
    const latencyNs = latencies[at] ?? Number.NaN;
    const seen =
      latencyNs === 0 ? clockNs >= FINE_CLOCK_NS : latencyNs >= leastNs && latencyNs <= limits.latencyNs;
    if (!seen) return fail('EP_IMPOSSIBLE_LATENCY', `${latencyNs} ns by a clock that steps by ${clockNs} ns`);
    if (latencyNs < smallestNs) smallestNs = latencyNs;
  }
  if (calls * smallestNs > CORE_TIME_NS * device.cores) {
    return fail('EP_IMPOSSIBLE_CALLS', `${calls} calls of ${smallestNs} ns are more than a day`);
  }
  return undefined;
}
