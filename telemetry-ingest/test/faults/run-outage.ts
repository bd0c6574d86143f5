// A steady load for minutes with ClickHouse away for 30 % of them: nothing may be lost, and the time that the spool
// takes to empty afterwards is the recovery time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Acknowledged, type DeviceCounts, runDevice } from './devices.ts';
import { openScene } from './fault-scene.ts';
import { seededRandom } from './seeded-random.ts';
import { judge, type Verdict } from './verdict.ts';

export interface OutageReport extends Verdict {
  readonly minutes: number;
  readonly awayMinutes: number;
  readonly samplesPerSecond: number;
  /** Most samples that waited on disk. */
  readonly mostSpooled: number;
  readonly mostSpoolBytes: number;
  /** From ClickHouse's return until fewer samples wait than two seconds of load make. */
  readonly recoverySeconds: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly crashes: readonly string[];
}

export interface OutageOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly progress?: (line: string) => void;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Production's own limits: only the pace of the devices is chosen here. */
export async function runOutage({
  seed,
  minutes,
  progress = () => {},
}: OutageOptions): Promise<OutageReport> {
  const root = mkdtempSync(join(tmpdir(), 'everypath-outage-'));
  const random = seededRandom(seed);
  const scene = await openScene({ root, instances: 1, random, limits: {} });
  try {
    const counts: DeviceCounts = { attempts: 0, answers: new Map() };
    const acknowledged: Acknowledged[] = [];
    const totalMs = minutes * 60_000;
    const startMs = performance.now();
    const elapsedMs = (): number => performance.now() - startMs;
    const devices = Array.from({ length: 8 }, () =>
      runDevice({
        urls: scene.urls,
        random,
        label: 'outage',
        counts,
        goOn: () => elapsedMs() < totalMs,
        onAcknowledged: (batch) => acknowledged.push(batch),
        pauseMs: 20,
        abandoned: () => false,
      }),
    );
    let mostSpooled = 0;
    let mostSpoolBytes = 0;
    const look = async (): Promise<number> => {
      const { spooled, spoolBytes } = await scene.instances[0]!.state();
      mostSpooled = Math.max(mostSpooled, spooled);
      mostSpoolBytes = Math.max(mostSpoolBytes, spoolBytes);
      return spooled;
    };
    const lookUntil = async (endMs: number): Promise<void> => {
      for (; elapsedMs() < endMs; await wait(500)) await look();
    };

    await lookUntil(totalMs * 0.3);
    progress(`${Math.round(elapsedMs() / 1e3)} s: ClickHouse goes`);
    await scene.clickhouse.kill('SIGKILL');
    await lookUntil(totalMs * 0.6);
    await scene.clickhouse.start();
    const backMs = elapsedMs();
    const samples = acknowledged.reduce((sum, batch) => sum + batch.samples, 0);
    const samplesPerSecond = (samples / backMs) * 1e3;
    progress(`${Math.round(backMs / 1e3)} s: ClickHouse is back, ${await look()} samples wait`);
    while ((await look()) > 2 * samplesPerSecond) await wait(50);
    const recoverySeconds = (elapsedMs() - backMs) / 1e3;
    progress(`recovered in ${recoverySeconds.toFixed(1)} s`);
    await lookUntil(totalMs);
    await Promise.all(devices);
    await scene.instances[0]!.flush();
    return {
      ...(await judge(scene, acknowledged, '1')),
      minutes,
      awayMinutes: minutes * 0.3,
      samplesPerSecond: Math.round(samplesPerSecond),
      mostSpooled,
      mostSpoolBytes,
      recoverySeconds: Math.round(recoverySeconds * 10) / 10,
      answers: Object.fromEntries(counts.answers),
      crashes: scene.crashes(),
    };
  } finally {
    await scene.close();
    rmSync(root, { recursive: true, force: true });
  }
}
