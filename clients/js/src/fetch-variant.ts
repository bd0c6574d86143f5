// Asks the service which variant to run, and stands in with the last good answer when it cannot be reached.

import type { DeviceFeatures, FetchRequestInput, Served, SignedManifest } from '@everypath/schema';
import { IntegrityError, OfflineError } from './errors.ts';
import { type Answer, requestJson } from './http.ts';
import type { Platform } from './platform.ts';
import { findTrustedKeys, type TrustedKeys } from './trusted-keys.ts';
import { assertAnswers, type Expectation, openManifest, type PublicKey, readIssue } from './verify.ts';

/** One service as one client sees it. */
export interface Service {
  readonly baseUrl: string;
  /** Folder of the store that holds what belongs to this service. */
  readonly folder: string;
  readonly publicKeys: readonly PublicKey[] | undefined;
}

export interface Choice {
  readonly manifest: Served;
  /** Set when the service was away: the manifest is the last good one, and `why` says what happened. */
  readonly offline: { readonly why: string } | null;
  /** The manifest is past its expiry, which is allowed only while the service is away. */
  readonly stale: boolean;
}

export interface ChoiceRequest {
  readonly tag: string;
  readonly device: DeviceFeatures;
  readonly deviceId: string;
  readonly variant: string | undefined;
  readonly explore: boolean;
  readonly bench: boolean;
}

/** Store name of the last good manifest for this question. */
function manifestName(service: Service, { tag, device, variant }: ChoiceRequest): string {
  const parts = [tag.slice(1).replace('/', '+'), device.target, device.isaLevel, variant ?? 'chosen'];
  return `${service.folder}/manifests/${parts.join('@')}.json`;
}

/** Opens a signed manifest against the question it must answer. */
async function accept(signed: SignedManifest, keys: TrustedKeys, expected: Expectation): Promise<Served> {
  const manifest = await openManifest(signed, keys.keys, keys.from);
  assertAnswers(manifest, expected);
  return { ...readIssue(signed.issue), ...manifest };
}

async function fromCache(
  platform: Platform,
  service: Service,
  request: ChoiceRequest,
  why: string,
): Promise<Choice> {
  const name = manifestName(service, request);
  const away = `${request.tag}: the service is away (${why})`;
  const bytes = await platform.store.read(name);
  if (!bytes) {
    throw new OfflineError(
      `${away} and nothing was cached for this device; connect once, then it runs offline`,
    );
  }
  const { baseUrl, publicKeys, folder } = service;
  const keys = await findTrustedKeys(platform, baseUrl, publicKeys, `${folder}/keys.json`);
  try {
    const signed = JSON.parse(new TextDecoder().decode(bytes)) as SignedManifest;
    const manifest = await accept(signed, keys, expectationOf(request));
    return { manifest, offline: { why }, stale: manifest.expiresAtMs <= platform.clock.nowMs() };
  } catch (error) {
    await platform.store.remove(name).catch(() => undefined);
    throw new OfflineError(`${away} and the cached manifest is unusable (${(error as Error).message})`);
  }
}

const expectationOf = ({ tag, device, variant }: ChoiceRequest): Expectation => ({
  tag,
  target: device.target,
  isaLevel: device.isaLevel,
  variant,
});

/** The manifest to follow. Throws `IntegrityError`, `OfflineError` or `ServiceResponseError`. */
export async function chooseVariant(
  platform: Platform,
  service: Service,
  request: ChoiceRequest,
): Promise<Choice> {
  const { tag, device, deviceId, variant, explore, bench } = request;
  const body: FetchRequestInput = { device, deviceId, explore, bench, ...(variant ? { variant } : {}) };
  const url = `${service.baseUrl}/v1/functions/${tag}/fetch`;
  const answer: Answer<unknown> = await requestJson(platform, url, body);
  if (answer.kind === 'unreachable') return fromCache(platform, service, request, answer.why);

  const signed = answer.body as SignedManifest;
  const { baseUrl, publicKeys, folder } = service;
  const keys = await findTrustedKeys(platform, baseUrl, publicKeys, `${folder}/keys.json`);
  const manifest = await accept(signed, keys, expectationOf(request));
  const nowMs = platform.clock.nowMs();
  if (manifest.expiresAtMs <= nowMs) {
    throw new IntegrityError(
      `${tag}: the service sent a manifest that expired ${new Date(manifest.expiresAtMs).toISOString()}: ` +
        `an old answer was replayed, or this device's clock (${new Date(nowMs).toISOString()}) is wrong`,
    );
  }
  await platform.store
    .write(manifestName(service, request), new TextEncoder().encode(JSON.stringify(signed)))
    .catch((error: unknown) => platform.log('warn', `cannot cache the manifest: ${error}`));
  return { manifest, offline: null, stale: false };
}
