// Tells the service of a program that failed by its own fault, once for each variant. Says nothing while telemetry is
// off, and never throws: the caller has a failure to deal with already.

import type { DeviceFeatures, Served } from '@everypath/schema';
import type { EverypathError } from './errors.ts';
import { requestJson } from './http.ts';
import type { Platform } from './platform.ts';

/** Longer messages are cut: paths and addresses repeat in them. */
const MESSAGE_CHARACTERS = 500;

export interface CrashReports {
  report(manifest: Served, error: EverypathError): Promise<void>;
}

export function createCrashReports(
  platform: Platform,
  baseUrl: string,
  device: () => Promise<DeviceFeatures>,
  isOn: () => boolean,
): CrashReports {
  const reported = new Set<string>();
  return {
    async report({ tag, variant, telemetryToken: token }, { crash, message }) {
      if (!isOn() || crash === null || reported.has(variant)) return;
      reported.add(variant);
      try {
        const text = message.slice(0, MESSAGE_CHARACTERS);
        const body = { token, kind: crash, device: await device(), message: text };
        const answer = await requestJson(platform, `${baseUrl}/v1/crashes`, body);
        if (answer.kind === 'unreachable') reported.delete(variant);
        platform.log('warn', `${tag}: variant ${variant} failed and was reported: ${text}`);
      } catch (error) {
        platform.log('warn', `${tag}: the failure of variant ${variant} could not be reported: ${error}`);
      }
    },
  };
}
