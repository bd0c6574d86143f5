// One function on one device: what the demo has a row for.

import { join } from 'node:path';
import { deviceRuns, type Publication, type Variant } from '@everypath/schema';
import { createApi, functionAddress } from '../cli/api.ts';
import { Failure } from '../failure.ts';
import type { Platform } from '../server.ts';
import { compare } from '../verify/compare.ts';
import type { DemoDevice } from './demo-device.ts';
import type { SessionSetup, Visit } from './device-session.ts';
import type { Workload } from './workload.ts';

export interface Pair {
  readonly tag: string;
  readonly device: DemoDevice;
  readonly workload: Workload;
  readonly result: Publication['signature']['result'];
  readonly setup: SessionSetup;
  /** Those that the device runs. */
  readonly variants: readonly Variant[];
}

/** A published function on each of the devices. */
export async function pairsOf(
  platform: Pick<Platform, 'url' | 'publishToken'>,
  tag: string,
  workload: Workload,
  devices: readonly DemoDevice[],
  dataDir: string,
): Promise<Pair[]> {
  const api = createApi(platform.url, platform.publishToken);
  const address = functionAddress(tag);
  const { signature } = await api.get<Pick<Publication, 'signature'>>(address);
  const { variants } = await api.get<{ variants: Variant[] }>(`${address}/variants`);
  return devices.map((device) => {
    const { target, features } = device;
    const own = variants.filter((variant) => variant.target === target && deviceRuns(device, variant));
    const setup: SessionSetup = {
      baseUrl: platform.url,
      tag,
      target,
      cacheDir: join(dataDir, 'clients'),
      restless: own.filter(({ libraries }) => libraries !== undefined).map(({ sha256 }) => sha256),
      ...(features && { features }),
    };
    return { tag, device, workload, result: signature.result, setup, variants: own };
  });
}

/** Throws when a visit's answer is not CPython's. */
export function checkVisit({ tag, device, workload, result }: Pair, visit: Visit): void {
  const { expected, allowance } = workload;
  if (expected.kind !== 'returned') return;
  const comparison = compare(expected.value, visit.value, result, allowance);
  if (comparison.ok) return;
  throw new Failure(
    'EP_MISMATCH',
    `${tag} on ${device.name}, variant ${visit.variant}: ${comparison.message}`,
    'A miscompile: everypath verify shows the first case that differs.',
  );
}
