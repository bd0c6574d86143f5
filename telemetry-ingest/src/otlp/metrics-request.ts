// An OTLP metrics request as checked data. JSON and protobuf arrive in one shape; 64-bit numbers come as text or not.

import { z } from 'zod';

const whole = z.union([z.string().regex(/^-?\d{1,20}$/), z.number()]).transform(Number);
/** Kept as text: it names the data point in the batch's id, and a double would round it. */
const nanos = z.union([z.string().regex(/^\d{1,20}$/), z.number()]).transform(String);

const scalar = {
  stringValue: z.string().optional(),
  intValue: whole.optional(),
  doubleValue: z.number().optional(),
};
const anyValue = z.object({
  ...scalar,
  arrayValue: z.object({ values: z.array(z.object(scalar)).max(16).default([]) }).optional(),
});
const attributes = z
  .array(z.object({ key: z.string(), value: anyValue.optional() }))
  .max(128)
  .default([]);

const numberPoint = z.object({
  attributes,
  timeUnixNano: nanos.default('0'),
  asDouble: z.number().optional(),
  asInt: whole.optional(),
});
const histogramPoint = z.object({
  attributes,
  timeUnixNano: nanos.default('0'),
  count: whole.default(0),
  bucketCounts: z.array(whole).max(4_096).default([]),
  explicitBounds: z.array(z.number()).max(4_096).default([]),
  min: z.number().optional(),
  max: z.number().optional(),
});
const exponentialPoint = z.object({
  attributes,
  timeUnixNano: nanos.default('0'),
  count: whole.default(0),
  scale: z.number().int().min(-10).max(20).default(0),
  zeroCount: whole.default(0),
  positive: z
    .object({ offset: z.number().int().default(0), bucketCounts: z.array(whole).max(4_096).default([]) })
    .default({ offset: 0, bucketCounts: [] }),
  min: z.number().optional(),
  max: z.number().optional(),
});
const temporality = z.number().default(0);
const metric = z.object({
  name: z.string().max(1_000).default(''),
  unit: z.string().max(64).default(''),
  gauge: z.object({ dataPoints: z.array(numberPoint).default([]) }).optional(),
  sum: z.object({ dataPoints: z.array(numberPoint).default([]) }).optional(),
  histogram: z
    .object({ dataPoints: z.array(histogramPoint).default([]), aggregationTemporality: temporality })
    .optional(),
  exponentialHistogram: z
    .object({ dataPoints: z.array(exponentialPoint).default([]), aggregationTemporality: temporality })
    .optional(),
});

/** `ExportMetricsServiceRequest`, as far as it is read here. */
export const metricsRequestSchema = z.object({
  resourceMetrics: z
    .array(
      z.object({
        resource: z.object({ attributes }).default({ attributes: [] }),
        scopeMetrics: z.array(z.object({ metrics: z.array(metric).max(10_000).default([]) })).default([]),
      }),
    )
    .max(1_000)
    .default([]),
});

export type MetricsRequest = z.output<typeof metricsRequestSchema>;
export type ResourceMetrics = MetricsRequest['resourceMetrics'][number];
export type Metric = z.output<typeof metric>;
export type HistogramPoint = z.output<typeof histogramPoint>;
export type ExponentialPoint = z.output<typeof exponentialPoint>;
export type Attributes = z.output<typeof attributes>;
export const DELTA = 1;
