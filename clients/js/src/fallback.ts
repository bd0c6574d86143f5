// What runs when a program fails by its own fault: what the service chooses next, and where that is nothing else, the
// last program that has completed a call. Variants that the caller forces are not replaced.

import type { Served } from '@everypath/schema';
import type { CrashReports } from './crash-reports.ts';
import { type EverypathError, isCrash } from './errors.ts';
import { type Choice, type ChoiceRequest, chooseVariant, fromKept, type Service } from './fetch-variant.ts';
import type { Platform } from './platform.ts';

/** Variants that are tried for one failure. */
const MOST_TRIES = 4;

export interface Fallback<Running> {
  /** Opens what the service chooses, or what stands in for it. */
  start(): Promise<Running>;
  /** What to run instead of a program that crashed in a call; null: there is nothing else. */
  after(crashed: Served, error: EverypathError): Promise<Running | null>;
}

export interface FallbackParts<Running> {
  readonly platform: Platform;
  readonly service: Service;
  readonly crashes: CrashReports;
  readonly open: (choice: Choice) => Promise<Running>;
}

export function createFallback<Running>(
  { platform, service, crashes, open }: FallbackParts<Running>,
  request: ChoiceRequest,
): Fallback<Running> {
  const failed = new Set<string>();

  async function blame(manifest: Served, error: EverypathError): Promise<void> {
    failed.add(manifest.variant);
    await crashes.report(manifest, error);
  }

  /** The opened program; null where it does not open by its own fault. */
  async function attempt(choice: Choice | null): Promise<Running | null> {
    if (choice === null || failed.has(choice.manifest.variant)) return null;
    try {
      return await open(choice);
    } catch (error) {
      if (!isCrash(error)) throw error;
      await blame(choice.manifest, error);
      return null;
    }
  }

  async function next(): Promise<Running | null> {
    if (request.variant !== undefined) return null;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const choice = await chooseVariant(platform, service, { ...request, explore: false }).catch(() => null);
      // The service keeps to its choice, or is away.
      if (choice === null || failed.has(choice.manifest.variant)) break;
      const running = await attempt(choice);
      if (running !== null) return running;
    }
    const good = await fromKept(platform, service, request, 'good', '').catch(() => null);
    return attempt(good === null ? null : { ...good, offline: null });
  }

  return {
    async start() {
      const choice = await chooseVariant(platform, service, request);
      try {
        return await open(choice);
      } catch (error) {
        if (!isCrash(error)) throw error;
        await blame(choice.manifest, error);
        const running = await next();
        if (running === null) throw error;
        return running;
      }
    },
    async after(crashed, error) {
      await blame(crashed, error);
      return next();
    },
  };
}
