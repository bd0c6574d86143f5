// Answers a fetch: decides, takes note, and signs what the device needs to load and report. All from memory.

import { createHash } from 'node:crypto';
import { deviceClass, type FetchRequest, type Manifest, type SignedManifest } from '@everypath/schema';
import type { Clock } from '../clock.ts';
import type { DeviceView } from '../policy/eligible.ts';
import type { Answer, Policy } from '../policy/policy.ts';
import { hexId, type Random } from '../random.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import type { Registry } from '../registry/registry.ts';
import type { SigningKey } from '../signing/key-folder.ts';
import { signManifest } from '../signing/sign-manifest.ts';
import type { TelemetryTokens } from '../signing/telemetry-token.ts';
import type { DecisionLog } from './decision-log.ts';
import type { ModelKeeper } from './model-keeper.ts';

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
}

export const deviceView = (device: FetchRequest['device']): DeviceView => ({
  target: device.target,
  isaLevel: device.isaLevel,
  classPath: deviceClass(device),
});

/** The device's id as it is stored and passed on: enough to tell devices apart, not to follow one elsewhere. */
export const hashDeviceId = (deviceId: string): string =>
  createHash('sha256').update(`everypath device ${deviceId}`).digest('hex').slice(0, 16);

/** Decides for one device and signs the manifest. */
export function answerFetch(
  dependencies: FetchDependencies,
  tag: string,
  request: FetchRequest,
): SignedManifest {
  const { registry, keeper, policy, decisions, tokens, key, clock, random } = dependencies;
  const entry = registry.get(tag);
  const knowledge = keeper.knowledge();
  const device = deviceView(request.device);
  const deviceId = hashDeviceId(request.deviceId);
  const answer = policy.decide(entry, knowledge, {
    device,
    deviceId,
    variant: request.variant,
    explore: request.explore,
    bench: request.bench,
  });
  const issuedAtMs = clock.nowMs();
  const decisionId = hexId(random, 24);
  decisions.add({
    id: decisionId,
    tag,
    variant: answer.variant.id,
    device: deviceId,
    deviceClass: device.classPath.at(-1) ?? device.target,
    reason: answer.reason,
    cause: answer.cause,
    propensity: answer.propensity,
    predictedNs: answer.predictedNs,
    generation: knowledge.generation,
    decidedAtMs: issuedAtMs,
  });
  const telemetryToken = tokens.issue({
    deviceId,
    tag,
    variant: answer.variant.id,
    cause: answer.cause,
    decisionId,
    expiresAtMs: issuedAtMs + dependencies.tokenLifetimeMs,
  });
  const expiresAtMs = issuedAtMs + dependencies.manifestLifetimeMs;
  return signManifest(describe(entry, answer, { decisionId, telemetryToken, issuedAtMs, expiresAtMs }), key);
}

function describe(
  entry: FunctionEntry,
  answer: Answer,
  issue: Pick<Manifest, 'decisionId' | 'telemetryToken' | 'issuedAtMs' | 'expiresAtMs'>,
): Manifest {
  const { variant } = answer;
  const program = entry.programs.get(variant.id);
  return {
    version: 1,
    tag: entry.tag,
    variant: variant.id,
    target: variant.target,
    isaLevel: variant.isaLevel,
    sha256: variant.sha256,
    sizeBytes: variant.sizeBytes,
    artifact: `/v1/artifacts/${variant.sha256}`,
    signature: program?.signature ?? entry.signature,
    nodes: [...(program?.nodes ?? entry.nodes)],
    path: variant.path,
    reason: answer.reason,
    cause: answer.cause,
    predictedNs: answer.predictedNs,
    ...issue,
  };
}
