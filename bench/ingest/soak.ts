// Minutes of steady load: does memory stay flat, does the spool stay empty, how long does an answer take?

import type { BenchRow } from '../suite.ts';
import type { LoadOrder } from './load.ts';
import type { Scene } from './scene.ts';

const STEP_SECONDS = 15;
/** Until then caches fill and code is compiled. */
const WARM_SHARE = 0.25;

/** Sends `perSecond` batches a second for `seconds`. */
export async function soak(
  scene: Scene,
  order: Omit<LoadOrder, 'port' | 'batches' | 'perSecond'>,
  perSecond: number,
  seconds: number,
): Promise<readonly BenchRow[]> {
  const megabytes: number[] = [];
  const spooled: number[] = [];
  let p99Ms = 0;
  const samplesPerSecond = perSecond * order.shape.records * order.shape.samples;
  for (let at = 0; at < seconds; at += STEP_SECONDS) {
    const result = await scene.load({ ...order, perSecond, batches: Math.round(perSecond * STEP_SECONDS) });
    p99Ms = Math.max(p99Ms, result.p99Ms);
    megabytes.push(process.memoryUsage().rss / 2 ** 20);
    spooled.push(scene.ingest.stats().ledger.spooled);
  }
  const warm = megabytes.slice(Math.floor(megabytes.length * WARM_SHARE));
  const half = Math.floor(warm.length / 2);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  const growth = mean(warm.slice(half)) / mean(warm.slice(0, half)) - 1;
  return [
    {
      name: 'soak: memory, second half over first',
      value: growth * 100,
      unit: '%',
      note: `${seconds} s at ${Math.round(samplesPerSecond / 1e3)}k samples/s; ${megabytes.map(Math.round).join(' ')} MiB`,
    },
    { name: 'soak: worst p99 of an answer in 15 s', value: p99Ms, unit: 'ms' },
    {
      name: 'soak: longest lag',
      value: Math.max(...spooled) / samplesPerSecond,
      unit: 's',
      note: 'of what was acknowledged behind what is stored',
    },
  ];
}
