// One round: devices report while faults strike at planned moments; then everything is well again, every batch is
// acknowledged, and the rows are compared with what was acknowledged.

import { type Acknowledged, type DeviceCounts, runDevice } from './devices.ts';
import { NO_FAULTS, type ProxyFaults } from './fault-proxy.ts';
import type { FaultScene } from './fault-scene.ts';
import type { IngestChildState } from './ingest-child.ts';
import type { SeededRandom } from './seeded-random.ts';

export type FaultKind =
  | 'kill ingest'
  | 'stop ingest'
  | 'torn record'
  | 'kill ClickHouse'
  | 'stop ClickHouse'
  | 'full disk'
  | 'clock jump'
  | 'bad network to devices'
  | 'bad network to ClickHouse';

/** Kinds by how often they are planned. */
const WEIGHTS: readonly (readonly [FaultKind, number])[] = [
  ['kill ingest', 5],
  ['stop ingest', 1],
  ['torn record', 3],
  ['kill ClickHouse', 3],
  ['stop ClickHouse', 1],
  ['full disk', 2],
  ['clock jump', 2],
  ['bad network to devices', 4],
  ['bad network to ClickHouse', 4],
];

const DECK = WEIGHTS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

interface PlannedFault {
  readonly kind: FaultKind;
  readonly atMs: number;
  /** How long the part stays away, or the fault stays on. */
  readonly forMs: number;
  readonly instance: number;
}

export interface RoundOptions {
  readonly scene: FaultScene;
  readonly random: SeededRandom;
  readonly number: number;
  readonly devices: number;
  /** How long devices begin new batches. */
  readonly loadMs: number;
  readonly counts: DeviceCounts;
}

export interface RoundResult {
  readonly faults: readonly FaultKind[];
  readonly acknowledged: readonly Acknowledged[];
}

export const roundLabel = (number: number): string => `round ${number}`;

/** Runs one round. When it returns every batch is acknowledged and both spools are empty. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { scene, random, loadMs } = options;
  const plan = planFaults(random, loadMs, scene.instances.length);
  const acknowledged: Acknowledged[] = [];
  let loading = true;
  let abandoned = false;
  const devices = Array.from({ length: options.devices }, () =>
    runDevice({
      urls: scene.urls,
      random,
      label: roundLabel(options.number),
      counts: options.counts,
      goOn: () => loading,
      onAcknowledged: (batch) => acknowledged.push(batch),
      pauseMs: 0,
      abandoned: () => abandoned,
    }),
  );
  const delivered = Promise.all(devices);
  // A refusal is reported when the faults are over.
  delivered.catch(() => {});
  try {
    const load = wait(loadMs).then(() => {
      loading = false;
    });
    await Promise.all([load, ...plan.map((fault) => strike(fault, scene, random))]);
    await heal(scene);
    await delivered;
  } finally {
    abandoned = true;
  }
  for (const state of await flushAll(scene)) {
    if (!state.balanced) throw new Error(`the ledger does not add up: ${JSON.stringify(state.ledger)}`);
    if (state.spooled !== 0) throw new Error(`${state.spooled} samples are still spooled after a flush`);
    if (state.setAside !== 0) throw new Error(`${state.setAside} samples were set aside`);
  }
  return { faults: plan.map(({ kind }) => kind), acknowledged };
}

/**
 * Instances may wait for each other's copies, and a copy that the network held back may come after a flush: one flush
 * of each is not always enough.
 */
async function flushAll(scene: FaultScene): Promise<readonly IngestChildState[]> {
  const giveUpMs = performance.now() + FLUSH_MS;
  for (;;) {
    const flushed = await Promise.allSettled(scene.instances.map((instance) => instance.flush()));
    const states = flushed.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = flushed.find((result) => result.status === 'rejected');
    if (!failed && states.every(({ spooled }) => spooled === 0)) return states;
    if (performance.now() > giveUpMs) {
      if (failed) throw failed.reason;
      return states;
    }
    await wait(10);
  }
}

function planFaults(random: SeededRandom, loadMs: number, instances: number): readonly PlannedFault[] {
  const planned = new Map<FaultKind, PlannedFault>();
  for (let count = random.between(1, 3); count > 0; count--) {
    const kind = random.pick(DECK);
    planned.set(kind, {
      kind,
      atMs: random.between(0, loadMs),
      forMs: random.between(0, loadMs / 2),
      instance: random.between(0, instances - 1),
    });
  }
  return [...planned.values()];
}

const FLUSH_MS = 60_000;
const DAY_MS = 86_400_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function strike(fault: PlannedFault, scene: FaultScene, random: SeededRandom): Promise<void> {
  const instance = scene.instances[fault.instance]!;
  await wait(fault.atMs);
  switch (fault.kind) {
    case 'kill ingest':
    case 'stop ingest':
    case 'torn record':
      return await instance.turn(async () => {
        await instance.kill(fault.kind === 'stop ingest' ? 'SIGTERM' : 'SIGKILL');
        if (fault.kind === 'torn record') instance.tear(random);
        await wait(fault.forMs / 4);
        await instance.start();
      });
    case 'kill ClickHouse':
    case 'stop ClickHouse':
      return await scene.clickhouse.turn(async () => {
        await scene.clickhouse.kill(fault.kind === 'kill ClickHouse' ? 'SIGKILL' : 'SIGTERM');
        await wait(fault.forMs);
        await scene.clickhouse.start();
      });
    case 'full disk':
      scene.disk.fill();
      await wait(fault.forMs);
      return scene.disk.free();
    case 'clock jump':
      return instance.jump(Math.round((random.next() - 0.5) * 12 * DAY_MS));
    case 'bad network to devices':
      return await disturb([instance.proxy], fault.forMs, random);
    case 'bad network to ClickHouse':
      return await disturb([scene.clickhouse.proxy], fault.forMs, random);
  }
}

async function disturb(
  proxies: readonly FaultScene['clickhouse']['proxy'][],
  forMs: number,
  random: SeededRandom,
): Promise<void> {
  const share = (): number => (random.chance(0.5) ? random.next() * 0.5 : 0);
  const faults: ProxyFaults = {
    cutRequest: share(),
    cutAnswer: share(),
    delay: share(),
    duplicate: share(),
  };
  for (const proxy of proxies) proxy.faults(faults);
  // New connections meet the faults; those that are kept alive would never.
  for (const proxy of proxies) proxy.dropConnections();
  await wait(forMs);
  for (const proxy of proxies) proxy.faults(NO_FAULTS);
}

async function heal(scene: FaultScene): Promise<void> {
  scene.disk.free();
  for (const { proxy } of [scene.clickhouse, ...scene.instances]) proxy.faults(NO_FAULTS);
}
