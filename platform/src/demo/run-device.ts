// One function on one device: cold fetch, a few visits that report, a fit, the fetch after, and every variant timed.

import { join } from 'node:path';
import { deviceRuns, type Publication, type Variant } from '@everypath/schema';
import { createApi, functionAddress } from '../cli/api.ts';
import { Failure } from '../failure.ts';
import type { Platform } from '../server.ts';
import { compare } from '../verify/compare.ts';
import type { DemoDevice } from './demo-device.ts';
import type { DemoExample } from './demo-examples.ts';
import type { SessionSetup, Visit } from './device-session.ts';
import type { DemoRow } from './regret-table.ts';
import type { Workload } from './workload.ts';

export interface DeviceRun {
  readonly platform: Platform;
  readonly example: DemoExample;
  readonly workload: Workload;
  readonly device: DemoDevice;
  readonly dataDir: string;
}

/** The selector tries each operator variant of a node in about this many fetches; a visit tries one at every node. */
const VISITS_PER_OPERATOR_VARIANT = 4;
/** Visits between two fits. */
const FIT_EVERY = 5;
/** A visit's calls: enough to be past the client's warm-up and still report some. */
const VISIT = { budgetMs: 20, fewestCalls: { native: 12, wasm: 32 } };
const SEED = 20261120;

/** Runs the loop once for one function on one device. Throws when an answer is not CPython's. */
export async function runDevice({
  platform,
  example,
  workload,
  device,
  dataDir,
}: DeviceRun): Promise<DemoRow> {
  const setup: SessionSetup = {
    baseUrl: platform.url,
    tag: example.tag,
    target: device.target,
    cacheDir: join(dataDir, 'demo', 'clients'),
    ...(device.features && { features: device.features }),
  };
  const { signature, variants } = await describe(platform, example, device);
  const call = async (names: readonly string[], explore: boolean): Promise<Visit[]> => {
    const visits = await device.visit(setup, workload.inputs, {
      deviceIds: names.map((name) => `demo-${name}`.padEnd(12, '-')),
      explore,
      budgetMs: VISIT.budgetMs,
      fewestCalls: VISIT.fewestCalls[device.target === 'wasm32' ? 'wasm' : 'native'],
    });
    for (const done of visits) check(workload, done, signature, example, device);
    return visits;
  };
  const callOnce = async (name: string): Promise<Visit> => only(await call([name], false));
  const cold = await callOnce('cold');
  const most = mostVisits(variants);
  let calls = cold.calls;
  let fetches = 0;
  for (let settled = false; !settled && fetches < most; ) {
    const names = Array.from({ length: FIT_EVERY }, () => `visit-${fetches++}`);
    const visits = await call(names, true);
    calls += visits.reduce((sum, done) => sum + done.calls, 0);
    await fit(platform);
    // A round in which the selector tried nothing new and was sure of its answer has nothing to teach.
    settled = visits.every(({ reason }) => reason === 'predicted');
  }
  const served = await callOnce('after');
  const measured = await device.measure(
    setup,
    workload.inputs,
    variants.map(({ id, sha256 }) => ({ variant: id, sha256 })),
    { keep: [served.variant, cold.variant], seed: SEED },
  );
  const [fastest = served.variant] = Object.keys(measured).sort(
    (a, b) => nsOf(measured, a) - nsOf(measured, b),
  );
  const of = (variant: string) => ({ variant, ns: nsOf(measured, variant) });
  return {
    tag: example.tag,
    device: device.name,
    variants: variants.length,
    cold: of(cold.variant),
    served: of(served.variant),
    fastest: of(fastest),
    fetches: fetches + 2,
    calls: calls + served.calls,
  };
}

function only<T>([item]: readonly T[]): T {
  if (item === undefined) throw new Error('a visit without a visitor');
  return item;
}

const nsOf = (measured: Readonly<Record<string, number>>, variant: string): number =>
  measured[variant] ?? Number.POSITIVE_INFINITY;

async function fit(platform: Platform): Promise<void> {
  await platform.flush();
  await platform.refit();
}

function mostVisits(variants: readonly Variant[]): number {
  const nodes = variants[0]?.path.length ?? 0;
  const choices = Array.from(
    { length: nodes },
    (_, node) => new Set(variants.map(({ path }) => path[node])).size,
  );
  return VISITS_PER_OPERATOR_VARIANT * Math.max(2, ...choices);
}

async function describe(
  platform: Platform,
  example: DemoExample,
  device: DemoDevice,
): Promise<{ signature: Publication['signature']; variants: Variant[] }> {
  const api = createApi(platform.url, platform.publishToken);
  const address = functionAddress(example.tag);
  const { signature } = await api.get<Pick<Publication, 'signature'>>(address);
  const { variants } = await api.get<{ variants: Variant[] }>(`${address}/variants?target=${device.target}`);
  return { signature, variants: variants.filter((variant) => deviceRuns(device, variant)) };
}

function check(
  { expected, allowance }: Workload,
  done: Visit,
  { result }: Publication['signature'],
  example: DemoExample,
  device: DemoDevice,
): void {
  if (expected.kind !== 'returned') return;
  const comparison = compare(expected.value, done.value, result, allowance);
  if (comparison.ok) return;
  throw new Failure(
    'EP_MISMATCH',
    `${example.tag} on ${device.name}, variant ${done.variant}: ${comparison.message}`,
    'A miscompile: everypath verify shows the first case that differs.',
  );
}
