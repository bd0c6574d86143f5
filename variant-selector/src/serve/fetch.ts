// Answers a fetch: decides, takes note, and hands out what the device needs to load and report. All from memory. A
// device that holds the same answer already is told so.

import { hash } from 'node:crypto';
import type { FetchRequest, Issue } from '@everypath/schema';
import type { Clock } from '../clock.ts';
import type { Answer, Ask } from '../policy/decision.ts';
import { type DeviceView, viewOf } from '../policy/eligible.ts';
import type { Policy } from '../policy/policy.ts';
import { hexId, type Random } from '../random.ts';
import type { Registry } from '../registry/registry.ts';
import type { SigningKey } from '../signing/key-folder.ts';
import type { TelemetryTokens } from '../signing/telemetry-token.ts';
import type { DecisionLog } from './decision-log.ts';
import type { ModelKeeper } from './model-keeper.ts';
import { type ManifestWindow, signedText, windowAt } from './signed-text.ts';

export interface FetchDependencies {
  readonly registry: Registry;
  readonly keeper: ModelKeeper;
  readonly policy: Policy;
  readonly decisions: DecisionLog;
  readonly tokens: TelemetryTokens;
  readonly key: SigningKey;
  readonly clock: Clock;
  readonly random: Random;
  readonly manifestLifetimeMs: number;
  /** Longer than the manifest's: samples may be sent long after the fetch. */
  readonly tokenLifetimeMs: number;
  readonly counts: FetchCounts;
}

export interface FetchCounts {
  fetches: number;
  /** Answered with "as before". */
  unchanged: number;
  crashes: number;
}

export type FetchAnswer =
  | { readonly kind: 'unchanged'; readonly etag: string; readonly maxAgeS: number }
  | {
      readonly kind: 'signed';
      readonly etag: string;
      readonly maxAgeS: number;
      /** A `SignedManifest` as JSON. */
      readonly text: string;
    };

const VIEWS_KEPT = 10_000;
const views = new Map<string, DeviceView>();

/** What decides what a device gets. */
export function deviceView(device: FetchRequest['device']): DeviceView {
  const { target, isaLevel, microarchitecture, model, runtime, libraries = [] } = device;
  const key = `${target}\n${isaLevel}\n${microarchitecture}\n${model}\n${runtime}\n${libraries.join()}`;
  const known = views.get(key);
  if (known !== undefined) return known;
  const view = viewOf(device);
  if (views.size >= VIEWS_KEPT) views.clear();
  views.set(key, view);
  return view;
}

/** The device's id as it is stored and passed on: enough to tell devices apart, not to follow one elsewhere. */
export const hashDeviceId = (deviceId: string): string =>
  hash('sha256', `everypath device ${deviceId}`, 'hex').slice(0, 16);

/** What a request asks of the policy. */
export const askOf = ({ device, deviceId, variant, explore, bench }: FetchRequest): Ask => ({
  device: deviceView(device),
  deviceId: hashDeviceId(deviceId),
  variant,
  explore,
  bench,
});

/** Decides for one device, and hands out the manifest unless `ifNoneMatch` says that the device has it. */
export function answerFetch(
  dependencies: FetchDependencies,
  tag: string,
  ask: Ask,
  ifNoneMatch: string | undefined,
): FetchAnswer {
  const { registry, keeper, policy, decisions, tokens, key, clock, random, counts } = dependencies;
  const entry = registry.get(tag);
  const { device, deviceId } = ask;
  const answer = policy.decide(entry, keeper.knowledge(), ask);
  counts.fetches += 1;
  const nowMs = clock.nowMs();
  const window = windowAt(nowMs, dependencies.manifestLifetimeMs);
  const etag = etagOf(answer, entry.revision, window, deviceId, key);
  const maxAgeS = Math.max(0, Math.floor((window.endMs - nowMs) / 1000));
  if (ifNoneMatch?.includes(etag)) {
    counts.unchanged += 1;
    return { kind: 'unchanged', etag, maxAgeS };
  }
  const decisionId = hexId(random, 24);
  const { id: variant } = answer.variant;
  decisions.add({
    id: decisionId,
    tag,
    variant,
    device: deviceId,
    deviceClass: device.classPath.at(-1) ?? device.target,
    reason: answer.reason,
    cause: answer.cause,
    propensity: answer.propensity,
    predictedNs: answer.predictedNs,
    generation: answer.generation,
    decidedAtMs: nowMs,
  });
  const telemetryToken = tokens.issue({
    deviceId,
    tag,
    variant,
    cause: answer.cause,
    decisionId,
    expiresAtMs: nowMs + dependencies.tokenLifetimeMs,
  });
  const { reason, cause, predictedNs } = answer;
  const issue = issueText({ reason, cause, decisionId, predictedNs, telemetryToken });
  return {
    kind: 'signed',
    etag,
    maxAgeS,
    text: `${signedText(entry, variant, window, key)},"issue":${issue}}`,
  };
}

/** As JSON: none of its texts has anything to escape. */
const issueText = ({ reason, cause, decisionId, predictedNs, telemetryToken }: Issue): string =>
  `{"reason":"${reason}","cause":"${cause}","decisionId":"${decisionId}","predictedNs":${predictedNs},"telemetryToken":"${telemetryToken}"}`;

/** Names an answer for one device: the same variant for the same cause, under the same key, in the same window. */
const etagOf = (
  answer: Answer,
  revision: number,
  window: ManifestWindow,
  deviceId: string,
  key: SigningKey,
): string =>
  `"${answer.variant.id}.${answer.cause}.${revision}.${window.number.toString(36)}.${deviceId.slice(0, 8)}.${key.keyId.slice(0, 8)}"`;
