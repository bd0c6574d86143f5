// Asks the service which variant to run, and stands in with the last good answer when it cannot be reached.

import type { DeviceFeatures, FetchRequestInput, Served, SignedManifest } from '@everypath/schema';
import { IntegrityError, OfflineError } from './errors.ts';
import { type Answer, requestJson } from './http.ts';
import {
  type KeptAnswer,
  type KeptKind,
  type Question,
  readKept,
  removeKept,
  writeKept,
} from './kept-manifests.ts';
import type { Platform } from './platform.ts';
import { findTrustedKeys } from './trusted-keys.ts';
import { assertAnswers, openManifest, type PublicKey, readIssue } from './verify.ts';

/** One service as one client sees it. */
export interface Service {
  readonly baseUrl: string;
  /** Folder of the store that holds what belongs to this service. */
  readonly folder: string;
  readonly publicKeys: readonly PublicKey[] | undefined;
}

export interface Choice {
  readonly manifest: Served;
  /** As it came. */
  readonly answer: KeptAnswer;
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

/** What answers are kept by. */
export const questionOf = ({ folder }: Service, { tag, device, variant }: ChoiceRequest): Question => ({
  folder,
  tag,
  target: device.target,
  isaLevel: device.isaLevel,
  variant,
});

/** Opens an answer against the question it must be about. */
async function accept(
  platform: Platform,
  service: Service,
  question: Question,
  answer: KeptAnswer,
): Promise<Served> {
  const { baseUrl, publicKeys, folder } = service;
  const keys = await findTrustedKeys(platform, baseUrl, publicKeys, `${folder}/keys.json`);
  const manifest = await openManifest(answer, keys.keys, keys.from);
  const { tag, variant } = question;
  const { target, isaLevel } = question as Pick<ChoiceRequest['device'], 'target' | 'isaLevel'>;
  assertAnswers(manifest, { tag, target, isaLevel, variant });
  return { ...readIssue(answer.issue), ...manifest };
}

/** A kept answer that can still be believed; null where there is none. */
export async function fromKept(
  platform: Platform,
  service: Service,
  request: ChoiceRequest,
  kind: KeptKind,
  why: string,
): Promise<Choice | null> {
  const question = questionOf(service, request);
  const answer = await readKept(platform, question, kind);
  if (answer === null) return null;
  try {
    const manifest = await accept(platform, service, question, answer);
    const stale = manifest.expiresAtMs <= platform.clock.nowMs();
    return { manifest, answer, offline: { why }, stale };
  } catch (error) {
    await removeKept(platform, question, kind);
    throw error;
  }
}

async function whileAway(
  platform: Platform,
  service: Service,
  request: ChoiceRequest,
  why: string,
): Promise<Choice> {
  const away = `${request.tag}: the service is away (${why})`;
  let choice: Choice | null;
  try {
    choice = await fromKept(platform, service, request, 'latest', why);
  } catch (error) {
    throw new OfflineError(`${away} and the cached manifest is unusable (${(error as Error).message})`);
  }
  if (choice !== null) return choice;
  throw new OfflineError(
    `${away} and nothing was cached for this device; connect once, then it runs offline`,
  );
}

/** The manifest to follow. Throws `IntegrityError`, `OfflineError` or `ServiceResponseError`. */
export async function chooseVariant(
  platform: Platform,
  service: Service,
  request: ChoiceRequest,
): Promise<Choice> {
  const question = questionOf(service, request);
  const kept = await readKept(platform, question, 'latest');
  const answer = await ask(platform, service, request, kept?.etag ?? null);
  if (answer.kind === 'unreachable') return whileAway(platform, service, request, answer.why);
  if (answer.kind === 'unchanged') {
    const choice = kept && (await stillGood(platform, service, question, kept));
    if (choice) return choice;
    // What is kept was changed on disk, or has expired by this clock: asked for whole.
    await removeKept(platform, question, 'latest');
    const whole = await ask(platform, service, request, null);
    if (whole.kind === 'answer') return take(platform, service, question, whole);
    return whileAway(platform, service, request, whole.kind === 'unreachable' ? whole.why : 'no answer');
  }
  return take(platform, service, question, answer);
}

function ask(
  platform: Platform,
  { baseUrl }: Service,
  { tag, device, deviceId, variant, explore, bench }: ChoiceRequest,
  ifNoneMatch: string | null,
): Promise<Answer<unknown>> {
  const body: FetchRequestInput = { device, deviceId, explore, bench, ...(variant ? { variant } : {}) };
  return requestJson(platform, `${baseUrl}/v1/functions/${tag}/fetch`, body, ifNoneMatch);
}

async function stillGood(
  platform: Platform,
  service: Service,
  question: Question,
  answer: KeptAnswer,
): Promise<Choice | null> {
  try {
    const manifest = await accept(platform, service, question, answer);
    if (manifest.expiresAtMs <= platform.clock.nowMs()) return null;
    return { manifest, answer, offline: null, stale: false };
  } catch (error) {
    platform.log('warn', `the cached manifest is unusable: ${(error as Error).message}`);
    return null;
  }
}

async function take(
  platform: Platform,
  service: Service,
  question: Question,
  { body, etag }: Extract<Answer<unknown>, { readonly kind: 'answer' }>,
): Promise<Choice> {
  const answer: KeptAnswer = { ...(body as SignedManifest), etag };
  const manifest = await accept(platform, service, question, answer);
  const nowMs = platform.clock.nowMs();
  if (manifest.expiresAtMs <= nowMs) {
    throw new IntegrityError(
      `${question.tag}: the service sent a manifest that expired ${new Date(manifest.expiresAtMs).toISOString()}: ` +
        `an old answer was replayed, or this device's clock (${new Date(nowMs).toISOString()}) is wrong`,
    );
  }
  await writeKept(platform, question, 'latest', answer);
  return { manifest, answer, offline: null, stale: false };
}
