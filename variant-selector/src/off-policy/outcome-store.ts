// The SQL of what became of decisions: whole calls by class and variant, each device's median counted once. Devices are
// salted differently in samples and in decisions, so that an outcome is its class's, not one device's.

import type { ClickHouseClient } from '@clickhouse/client';
import { WHOLE_CALL_OPERATOR } from '@everypath/schema';

export interface CallOutcome {
  readonly deviceClass: string;
  readonly variant: string;
  /** Mean over devices of each one's median log latency. */
  readonly logNs: number;
  readonly devices: number;
}

const OUTCOMES = `
SELECT deviceClass, variant, avg(device_log_ns) AS logNs, toFloat64(count()) AS devices
FROM (
  SELECT device_class AS deviceClass, operator_variant AS variant, device,
    quantileExactInclusiveArray(0.5)(arrayMap(ns -> log(greatest(ns, 1)), latencies)) AS device_log_ns
  FROM op_session
  WHERE operator = '${WHOLE_CALL_OPERATOR}' AND tag = {tag: String} AND cause IN ('auto', 'explore')
  GROUP BY device_class, operator_variant, device
)
GROUP BY deviceClass, variant`;

export async function readOutcomes(
  clickhouse: ClickHouseClient,
  tag: string,
): Promise<readonly CallOutcome[]> {
  const result = await clickhouse.query({ query: OUTCOMES, format: 'JSONEachRow', query_params: { tag } });
  return result.json<CallOutcome>();
}
