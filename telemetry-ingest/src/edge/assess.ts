// One valid batch and the program it speaks of → what is stored and what is not. Pure; trusts nothing but the token's
// claims and the catalog: the device names nodes by number, the server knows what they are.

import {
  deviceClass,
  type TelemetryBatch,
  type TelemetryReceipt,
  type TelemetryRecord,
  WHOLE_CALL,
  WHOLE_CALL_OPERATOR,
  workBucket,
} from '@everypath/schema';
import type { RecordRejection } from '../errors.ts';
import type { CatalogProgram, TelemetryClaims } from '../ports.ts';
import type { SpooledBatch } from '../spool/frame.ts';

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

interface Resolved {
  readonly operator: string;
  readonly specialization: string;
  readonly variant: string;
  /** Undefined: any number of features. */
  readonly featureCount: number | undefined;
}

/** Sorts a batch's records into accepted and rejected, and names the operator behind each node. */
export function assessBatch(input: {
  readonly batch: TelemetryBatch;
  readonly claims: TelemetryClaims;
  readonly program: CatalogProgram;
  readonly receivedMs: number;
  readonly tsMs: number;
  /** 64-bit hash of the device, in decimal. */
  readonly device: string;
}): Assessment {
  const { batch, claims, program } = input;
  const accepted: { readonly record: TelemetryRecord; readonly resolved: Resolved }[] = [];
  const rejections: Rejection[] = [];
  for (const [index, record] of batch.records.entries()) {
    const resolved = resolveNode(record.node, claims, program);
    const fault = resolved
      ? faultOf(record, resolved, batch.device.clockResolutionNs)
      : fail('EP_UNKNOWN_NODE', `the variant has no node ${record.node}`);
    if (resolved && !fault) accepted.push({ record, resolved });
    else if (fault) rejections.push({ index, ...fault, node: record.node, samples: record.samplesNs.length });
  }
  return {
    accepted: accepted.length,
    rejections,
    batch: {
      batch_id: batch.batchId.toLowerCase(),
      samples: accepted.reduce((sum, { record }) => sum + record.samplesNs.length, 0),
      rejected: rejections.reduce((sum, { samples }) => sum + samples, 0),
      received_ms: input.receivedMs,
      ts_ms: input.tsMs,
      device_class: deviceClass(batch.device).at(-1) ?? program.target,
      device: input.device,
      tag: claims.tag,
      variant: claims.variant,
      sdk: batch.device.runtime,
      cause: claims.cause,
      clock_ns: batch.device.clockResolutionNs,
      operator: accepted.map(({ resolved }) => resolved.operator),
      specialization: accepted.map(({ resolved }) => resolved.specialization),
      operator_variant: accepted.map(({ resolved }) => resolved.variant),
      features: accepted.map(({ record }) => record.features),
      work_bucket: accepted.map(({ record }) => workBucket(record.features)),
      node: accepted.map(({ record }) => record.node),
      calls: accepted.map(({ record }) => record.calls),
      samples_ns: accepted.map(({ record }) => record.samplesNs),
      rejected_code: rejections.map(({ code }) => code),
      rejected_message: rejections.map(({ message }) => message),
      rejected_node: rejections.map(({ node }) => node),
      rejected_samples: rejections.map(({ samples }) => samples),
    },
  };
}

function resolveNode(node: number, claims: TelemetryClaims, program: CatalogProgram): Resolved | undefined {
  if (node === WHOLE_CALL) {
    return {
      operator: WHOLE_CALL_OPERATOR,
      specialization: claims.tag,
      variant: claims.variant,
      featureCount: undefined,
    };
  }
  const description = program.nodes.find((candidate) => candidate.index === node);
  const variant = program.path[node];
  if (!description || variant === undefined) return undefined;
  const { operator, specialization, features } = description;
  return { operator, specialization, variant, featureCount: features.length };
}

interface Fault {
  readonly code: RecordRejection;
  readonly message: string;
}

const fail = (code: RecordRejection, message: string): Fault => ({ code, message });

function faultOf(record: TelemetryRecord, resolved: Resolved, clockNs: number): Fault | undefined {
  const { features, samplesNs, calls } = record;
  if (resolved.featureCount !== undefined && features.length !== resolved.featureCount) {
    return fail(
      'EP_FEATURE_COUNT',
      `${resolved.operator} has ${resolved.featureCount} size features, the record ${features.length}`,
    );
  }
  if (samplesNs.length > calls) {
    return fail('EP_SAMPLES_EXCEED_CALLS', `${samplesNs.length} samples of ${calls} calls`);
  }
  // A clock shows whole steps: 0, 1, 2, … of them. Half a step allows for a resolution that was itself measured.
  const impossible = samplesNs.find((latencyNs) => latencyNs > 0 && latencyNs < clockNs / 2);
  if (impossible !== undefined) {
    return fail('EP_IMPOSSIBLE_LATENCY', `${impossible} ns by a clock that steps by ${clockNs} ns`);
  }
  return undefined;
}
