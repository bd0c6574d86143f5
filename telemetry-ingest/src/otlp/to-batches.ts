// OTLP metrics → telemetry batches, by the attribute names in docs/operations/otlp.md. Pure. A batch's id is the hash
// of what it says, so that an exporter that sends a request again counts nothing twice.

import { createHash } from 'node:crypto';
import { TELEMETRY_LIMITS, type TelemetryBatchInput, WHOLE_CALL } from '@everypath/schema';
import {
  type Attributes,
  DELTA,
  type Metric,
  type MetricsRequest,
  type ResourceMetrics,
} from './metrics-request.ts';
import { samplesOfExponential, samplesOfHistogram } from './samples.ts';

/** The metric that is read; others are refused point by point. */
export const DURATION_METRIC = 'everypath.operator.duration';

export interface OtlpBatches {
  /** As JSON batches, not yet checked: the acceptor judges them like any other. */
  readonly batches: readonly Readonly<Record<string, unknown>>[];
  readonly rejectedPoints: number;
  /** Why the first of them was. */
  readonly reason: string | undefined;
}

type Value = string | number | readonly number[] | undefined;
type BatchRecord = TelemetryBatchInput['records'][number];
interface Point {
  readonly record: BatchRecord;
  readonly timeUnixNano: string;
}

const NS_PER_UNIT: Readonly<Record<string, number>> = { s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 };

/** `headerToken` stands in for a resource without a token of its own. */
export function toBatches(request: MetricsRequest, headerToken: string | undefined): OtlpBatches {
  const batches: Readonly<Record<string, unknown>>[] = [];
  let rejectedPoints = 0;
  let reason: string | undefined;
  const reject = (points: number, why: string): void => {
    rejectedPoints += points;
    if (points > 0) reason ??= why;
  };
  for (const resource of request.resourceMetrics) {
    const points = resource.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap((metric) => pointsOf(metric, reject)),
    );
    for (let start = 0; start < points.length; start += TELEMETRY_LIMITS.records) {
      batches.push(batchOf(resource, points.slice(start, start + TELEMETRY_LIMITS.records), headerToken));
    }
  }
  return { batches, rejectedPoints, reason };
}

function pointsOf(metric: Metric, reject: (points: number, why: string) => void): readonly Point[] {
  const { name, unit, gauge, sum, histogram, exponentialHistogram } = metric;
  const all = gauge ?? sum ?? histogram ?? exponentialHistogram;
  const count = all?.dataPoints.length ?? 0;
  const refuse = (why: string): readonly Point[] => {
    reject(count, why);
    return [];
  };
  if (name !== DURATION_METRIC) return refuse(`only ${DURATION_METRIC} is read, not ${name.slice(0, 100)}`);
  const scale = NS_PER_UNIT[unit === '' ? 's' : unit];
  if (scale === undefined) return refuse(`the unit ${unit} is not s, ms, us or ns`);
  if (sum) return refuse('a sum of durations has no median; record a histogram');
  const distribution = histogram ?? exponentialHistogram;
  if (distribution && distribution.aggregationTemporality !== DELTA) {
    return refuse('cumulative histograms would count twice; export with delta temporality');
  }
  const make = (
    point: { readonly attributes: Attributes; readonly timeUnixNano: string },
    values: readonly number[],
    calls: number,
  ): readonly Point[] =>
    values.length === 0
      ? []
      : [
          {
            timeUnixNano: point.timeUnixNano,
            record: {
              ...nodeOf(point.attributes),
              calls,
              samplesNs: values.map((value) => value * scale),
            },
          },
        ];
  return [
    ...(gauge?.dataPoints ?? []).flatMap((point) =>
      make(
        point,
        [point.asDouble ?? point.asInt].filter((value) => value !== undefined),
        1,
      ),
    ),
    ...(histogram?.dataPoints ?? []).flatMap((point) => make(point, samplesOfHistogram(point), point.count)),
    ...(exponentialHistogram?.dataPoints ?? []).flatMap((point) =>
      make(point, samplesOfExponential(point), point.count),
    ),
  ];
}

function valuesOf(attributes: Attributes): ReadonlyMap<string, Value> {
  return new Map(
    attributes.map(({ key, value }) => [
      key,
      value?.stringValue ??
        value?.intValue ??
        value?.doubleValue ??
        value?.arrayValue?.values.map((item) => item.doubleValue ?? item.intValue ?? Number.NaN),
    ]),
  );
}

/** A point without a node speaks of the whole call. What is no node number is left for the acceptor to reject. */
function nodeOf(attributes: Attributes): Pick<BatchRecord, 'node' | 'features'> {
  const values = valuesOf(attributes);
  const node = values.get('everypath.node');
  const features = values.get('everypath.features');
  return {
    node: node === undefined || node === 'call' ? WHOLE_CALL : Number(node),
    features: Array.isArray(features) ? features : typeof features === 'number' ? [features] : [],
  };
}

function batchOf(
  resource: ResourceMetrics,
  points: readonly Point[],
  headerToken: string | undefined,
): Readonly<Record<string, unknown>> {
  const values = valuesOf(resource.resource.attributes);
  const libraries = values.get('everypath.libraries');
  const newest = points.reduce((most, { timeUnixNano }) => Math.max(most, Number(timeUnixNano)), 0);
  const said = {
    version: 1,
    token: values.get('everypath.token') ?? headerToken,
    tag: values.get('everypath.tag'),
    variant: values.get('everypath.variant'),
    cause: values.get('everypath.cause') ?? 'auto',
    device: {
      target: values.get('everypath.target'),
      isaLevel: values.get('everypath.isa_level'),
      microarchitecture: values.get('everypath.microarchitecture') ?? '',
      model: values.get('everypath.model') ?? '',
      runtime: values.get('everypath.runtime') ?? '',
      clockResolutionNs: values.get('everypath.clock_resolution_ns') ?? 1,
      ...(typeof libraries === 'string' ? { libraries: libraries.split(',') } : {}),
    },
    sealedAtMs: Math.floor(newest / 1e6),
    records: points.map(({ record }) => record),
  };
  const times = points.map(({ timeUnixNano }) => timeUnixNano);
  return { ...said, batchId: idOf(JSON.stringify([said, times])) };
}

/** A UUID of version 8: a hash of the content. */
function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
