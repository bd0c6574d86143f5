// Many rounds on one stage, and the sum: rounds leave their rows and spools to the next, as days do in the field.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Acknowledged, DeviceCounts } from './devices.ts';
import type { ProxyFaults } from './fault-proxy.ts';
import { type FaultKind, roundLabel, runRound } from './fault-round.ts';
import { openScene } from './fault-scene.ts';
import { seededRandom } from './seeded-random.ts';
import { judge, type Verdict } from './verdict.ts';

export interface FaultsReport extends Verdict {
  readonly rounds: number;
  readonly seed: number;
  readonly seconds: number;
  readonly batches: number;
  /** Requests that the batches took. */
  readonly attempts: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly connections: Readonly<Record<keyof ProxyFaults, number>>;
  readonly disk: string;
  /** Processes that ended by themselves. */
  readonly crashes: readonly string[];
  /** Samples of `op_hist`, the histogram that a materialised view feeds: equal to `stored`. */
  readonly histogram: number;
}

export interface FaultsOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly instances: number;
  readonly loadMs?: number;
  readonly progress?: (line: string) => void;
}

/** Small and often, so that a fault finds every step of a segment's life. */
export const EAGER_LIMITS = { loadEveryMs: 40, retryMaxMs: 100, segmentBytes: 30_000, drainMs: 2_000 };

export async function runFaults(options: FaultsOptions): Promise<FaultsReport> {
  const { rounds, seed, progress = () => {} } = options;
  const root = mkdtempSync(join(tmpdir(), 'everypath-faults-'));
  const random = seededRandom(seed);
  const startMs = performance.now();
  const scene = await openScene({ root, instances: options.instances, random, limits: EAGER_LIMITS });
  try {
    const counts: DeviceCounts = { attempts: 0, answers: new Map() };
    const acknowledged: Acknowledged[] = [];
    const faults = new Map<FaultKind, number>();
    for (let number = 1; number <= rounds; number++) {
      const from = performance.now();
      const { loadMs = 350 } = options;
      const round = await runRound({ scene, random, number, devices: 6, loadMs, counts });
      acknowledged.push(...round.acknowledged);
      for (const kind of round.faults) faults.set(kind, (faults.get(kind) ?? 0) + 1);
      const verdict = await judge(scene, round.acknowledged, `sdk = '${roundLabel(number)}'`);
      const wrong = verdict.lost + verdict.duplicated > 0 ? ` ✘ ${JSON.stringify(verdict)}` : '';
      progress(
        `round ${number}: ${verdict.acknowledged} samples, ${Math.round(performance.now() - from)} ms, ${round.faults.join(', ')}${wrong}`,
      );
    }
    const total = await judge(scene, acknowledged, '1');
    const [hist] = await scene.query<{ n: string }>('SELECT sum(samples) AS n FROM op_hist');
    const proxies = [scene.clickhouse.proxy, ...scene.instances.map(({ proxy }) => proxy)];
    const sum = (fault: keyof ProxyFaults): number =>
      proxies.reduce((all, { struck }) => all + struck[fault], 0);
    return {
      rounds,
      ...total,
      seed,
      seconds: Math.round((performance.now() - startMs) / 1e3),
      batches: acknowledged.length,
      attempts: counts.attempts,
      answers: Object.fromEntries(counts.answers),
      faults: Object.fromEntries([...faults].sort()),
      connections: {
        cutRequest: sum('cutRequest'),
        cutAnswer: sum('cutAnswer'),
        delay: sum('delay'),
        duplicate: sum('duplicate'),
      },
      disk: scene.disk.kind,
      crashes: scene.crashes(),
      histogram: Number(hist?.n ?? 0),
    };
  } finally {
    await scene.close();
    rmSync(root, { recursive: true, force: true });
  }
}
