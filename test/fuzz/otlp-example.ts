// An OTLP metrics request that the ingest takes, with every kind of data point that it reads.

import { signToken, TAG, VARIANT } from '../../telemetry-ingest/test/sample-program.ts';

/** As its JSON form; `serial` makes each one new. */
export function otlpExample(serial: number): unknown {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const point = {
    timeUnixNano: `${1_700_000_000_000_000_000n + BigInt(serial)}`,
    attributes: [
      { key: 'everypath.node', value: { intValue: '0' } },
      { key: 'everypath.features', value: { arrayValue: { values: [{ doubleValue: 4096 }] } } },
    ],
  };
  const metric = { name: 'everypath.operator.duration', unit: 'ms' };
  return {
    resourceMetrics: [
      {
        resource: {
          attributes: [
            attribute('everypath.token', signToken({ deviceId: `otlp-${serial % 1_000}` })),
            attribute('everypath.tag', TAG),
            attribute('everypath.variant', VARIANT),
            attribute('everypath.target', 'linux-x86_64'),
            attribute('everypath.isa_level', 'x86-64-v3'),
          ],
        },
        scopeMetrics: [
          {
            metrics: [
              { ...metric, gauge: { dataPoints: [{ ...point, asDouble: 1.5 }] } },
              {
                ...metric,
                histogram: {
                  aggregationTemporality: 1,
                  dataPoints: [
                    { ...point, count: '3', bucketCounts: ['1', '2', '0'], explicitBounds: [1, 2] },
                  ],
                },
              },
              {
                ...metric,
                exponentialHistogram: {
                  aggregationTemporality: 1,
                  dataPoints: [
                    {
                      ...point,
                      count: '2',
                      scale: 3,
                      zeroCount: '0',
                      positive: { offset: 1, bucketCounts: ['2'] },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  };
}
