// OTLP's protobuf, as much of it as the ingest reads: the messages of opentelemetry/proto/collector/metrics/v1 and
// metrics/v1 (release 1.5) with their field numbers. Fields that are not named here are skipped by the decoder.

import protobuf from 'protobufjs/light.js';

const field = (type: string, id: number, repeated = false) => ({
  type,
  id,
  ...(repeated ? { rule: 'repeated' } : {}),
});
const many = (type: string, id: number) => field(type, id, true);

/** A value that is there and zero is told from one that is not there only within a oneof. */
const OPTIONAL_RANGE = { hasMin: { oneof: ['min'] }, hasMax: { oneof: ['max'] } };

const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      fields: {
        stringValue: field('string', 1),
        boolValue: field('bool', 2),
        intValue: field('int64', 3),
        doubleValue: field('double', 4),
        arrayValue: field('ArrayValue', 5),
      },
      oneofs: {
        value: { oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue'] },
      },
    },
    ArrayValue: { fields: { values: many('AnyValue', 1) } },
    KeyValue: { fields: { key: field('string', 1), value: field('AnyValue', 2) } },
    Resource: { fields: { attributes: many('KeyValue', 1) } },
    NumberDataPoint: {
      fields: {
        attributes: many('KeyValue', 7),
        timeUnixNano: field('fixed64', 3),
        asDouble: field('double', 4),
        asInt: field('sfixed64', 6),
      },
      oneofs: { value: { oneof: ['asDouble', 'asInt'] } },
    },
    HistogramDataPoint: {
      fields: {
        attributes: many('KeyValue', 9),
        timeUnixNano: field('fixed64', 3),
        count: field('fixed64', 4),
        bucketCounts: many('fixed64', 6),
        explicitBounds: many('double', 7),
        min: field('double', 11),
        max: field('double', 12),
      },
      oneofs: OPTIONAL_RANGE,
    },
    Buckets: { fields: { offset: field('sint32', 1), bucketCounts: many('uint64', 2) } },
    ExponentialHistogramDataPoint: {
      fields: {
        attributes: many('KeyValue', 1),
        timeUnixNano: field('fixed64', 3),
        count: field('fixed64', 4),
        scale: field('sint32', 6),
        zeroCount: field('fixed64', 7),
        positive: field('Buckets', 8),
        min: field('double', 12),
        max: field('double', 13),
      },
      oneofs: OPTIONAL_RANGE,
    },
    Gauge: { fields: { dataPoints: many('NumberDataPoint', 1) } },
    Sum: { fields: { dataPoints: many('NumberDataPoint', 1) } },
    Histogram: {
      fields: { dataPoints: many('HistogramDataPoint', 1), aggregationTemporality: field('int32', 2) },
    },
    ExponentialHistogram: {
      fields: {
        dataPoints: many('ExponentialHistogramDataPoint', 1),
        aggregationTemporality: field('int32', 2),
      },
    },
    Metric: {
      fields: {
        name: field('string', 1),
        unit: field('string', 3),
        gauge: field('Gauge', 5),
        sum: field('Sum', 7),
        histogram: field('Histogram', 9),
        exponentialHistogram: field('ExponentialHistogram', 10),
      },
    },
    ScopeMetrics: { fields: { metrics: many('Metric', 2) } },
    ResourceMetrics: { fields: { resource: field('Resource', 1), scopeMetrics: many('ScopeMetrics', 2) } },
    ExportMetricsServiceRequest: { fields: { resourceMetrics: many('ResourceMetrics', 1) } },
    PartialSuccess: { fields: { rejectedDataPoints: field('int64', 1), errorMessage: field('string', 2) } },
    ExportMetricsServiceResponse: { fields: { partialSuccess: field('PartialSuccess', 1) } },
    Status: { fields: { code: field('int32', 1), message: field('string', 2) } },
  },
});

const request = root.lookupType('ExportMetricsServiceRequest');

/** The request in the shape of its JSON form, 64-bit numbers as text. Throws on bytes that are no such message. */
export const decodeMetricsRequest = (bytes: Buffer): unknown =>
  request.toObject(request.decode(bytes), { longs: String });

/** A `google.rpc.Status` or an `ExportMetricsServiceResponse`. */
export function encodeAnswer(name: 'Status' | 'ExportMetricsServiceResponse', value: object): Buffer {
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}
