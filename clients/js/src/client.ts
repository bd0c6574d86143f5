// The client: chooses, verifies, caches, opens, measures. Made without I/O; everything from the world is injected.

import type { DeviceFeatures, TargetName } from '@everypath/schema';
import { getArtifact } from './artifact.ts';
import { type CompiledFunction, createCompiledFunction, infoOf, type Running } from './compiled-function.ts';
import { createCrashReports } from './crash-reports.ts';
import { findDeviceId } from './device-id.ts';
import { ArgumentError, EverypathError } from './errors.ts';
import { createFallback, type Fallback } from './fallback.ts';
import { type Choice, type ChoiceRequest, questionOf, type Service } from './fetch-variant.ts';
import { writeKept } from './kept-manifests.ts';
import { findOverride, type Override } from './override.ts';
import type { Platform } from './platform.ts';
import { createQueue } from './queue.ts';
import { type Attribution, createRecorder } from './recorder.ts';
import { createSender } from './sender.ts';
import { createTelemetry, type FlushReport, type Measured, type Telemetry } from './telemetry.ts';
import type { PublicKey } from './verify.ts';

export interface ClientOptions {
  /** The service's address, e.g. `http://localhost:8080`. */
  readonly baseUrl: string;
  /** The service's signing keys. Without them the first keys seen are trusted, kept, and no others after. */
  readonly publicKeys?: readonly PublicKey[];
  /** Whether to measure and report. Default on; `DO_NOT_TRACK=1` and the browser's privacy signals turn it off. */
  readonly telemetry?: 'on' | 'off';
  /** Replaces what was detected: act as a smaller device. */
  readonly features?: Partial<DeviceFeatures>;
  /** Replaces the random, rotated id. */
  readonly deviceId?: string;
}

export interface LoadOptions {
  /** Forces this variant. */
  readonly variant?: string;
  /** false: never a trial variant. */
  readonly explore?: boolean;
  /** true: the calls are a benchmark and stay out of the models. */
  readonly bench?: boolean;
}

export interface Client {
  /** Fetches the variant for this device and opens it. */
  load(tag: string, options?: LoadOptions): Promise<CompiledFunction>;
  /** What this client tells the service about the device. */
  device(): Promise<DeviceFeatures>;
  /** Sends what was measured so far. */
  flush(): Promise<FlushReport>;
  readonly telemetry: Telemetry;
  /** Turns telemetry off and has the service delete all samples of this device. False: the service did not answer so. */
  forget(): Promise<boolean>;
  /** Flushes, then closes all loaded functions. */
  close(): Promise<void>;
}

const TAG = /^@[a-z0-9][a-z0-9-]{0,38}\/[a-z0-9][a-z0-9._-]{0,62}$/;

/**
 * First calls say little of the ones after: memory is touched for the first time and, in WebAssembly, the engine runs
 * code of its quick compiler until the optimising one is done.
 */
const warmUpCalls = (target: TargetName): number => (target === 'wasm32' ? 20 : 2);

/** A name for the service's folder that a person recognises. */
const folderOf = (baseUrl: string): string =>
  `services/${baseUrl.replace(/^https?:\/\//, '').replace(/[^A-Za-z0-9.-]+/g, '_')}`;

/** One value, found when first asked for; asked for again after a failure. */
function lazily<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

export function createClientOn(platform: Platform, options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const service: Service = { baseUrl, folder: folderOf(baseUrl), publicKeys: options.publicKeys };
  const { store, clock, random } = platform;
  const telemetryOn = options.telemetry !== 'off' && !platform.doNotTrack;
  const device = lazily(async () => ({ ...(await platform.detect()), ...options.features }));
  const deviceId = lazily(
    async () => options.deviceId ?? (await findDeviceId(store, clock, random, telemetryOn)),
  );
  const queue = createQueue(store, `${service.folder}/queue`);
  const sender = createSender(platform, `${baseUrl}/v1/telemetry`, queue);
  const recorder = createRecorder(clock, random);
  const telemetry = createTelemetry(platform, { recorder, queue, sender }, device, telemetryOn);
  const crashes = createCrashReports(platform, baseUrl, device, () => telemetry.on);
  /** Open programs by binary and cause: what a program measures of itself must not mix causes. */
  const opened = new Map<string, Promise<Measured>>();
  let open = true;

  async function overrideText(): Promise<string | undefined> {
    const bytes = await store.read('overrides.json');
    return bytes ? new TextDecoder().decode(bytes) : undefined;
  }

  async function openOnce(
    key: string,
    attribution: Attribution,
    start: () => Promise<Measured>,
  ): Promise<Measured> {
    let found = opened.get(key);
    if (!found) {
      found = start();
      opened.set(key, found);
      found.catch(() => opened.delete(key));
    }
    const measured = await found;
    if (measured.attribution.token !== attribution.token) {
      telemetry.collect(measured);
      measured.attribution = attribution;
    }
    return measured;
  }

  /** Opens a choice's program and puts around it what its calls need. */
  async function run(
    choice: Choice,
    request: ChoiceRequest,
    override: Override | undefined,
    fallback: Fallback<Running>,
  ): Promise<Running> {
    const { manifest } = choice;
    const { telemetryToken: token, cause, tag, variant } = manifest;
    const attribution: Attribution = { token, tag, variant, cause };
    const key = `${manifest.sha256} ${variant} ${cause}`;
    let source: 'network' | 'cache' = 'cache';
    const measured = await openOnce(key, attribution, async () => {
      const artifact = await getArtifact(platform, baseUrl, manifest);
      source = artifact.source;
      const program = await platform.open(artifact.bytes, manifest.target);
      return { program, attribution, warmUpCalls: warmUpCalls(manifest.target) };
    });
    telemetry.watch(measured);
    return {
      program: measured.program,
      info: infoOf(manifest, override, { source, offline: choice.offline !== null, stale: choice.stale }),
      beforeCall: () => {
        if (measured.warmUpCalls > 0) telemetry.warm(measured);
      },
      proven: () => {
        if (override === undefined && !request.bench)
          void writeKept(platform, questionOf(service, request), 'good', choice.answer);
      },
      replace: (error) => {
        opened.delete(key);
        telemetry.unwatch(measured);
        return fallback.after(manifest, error);
      },
    };
  }

  return {
    async load(tag, { variant, explore = true, bench = false } = {}) {
      if (!open) throw new EverypathError('this client was closed');
      if (!TAG.test(tag)) throw new ArgumentError('tag', `expected a tag like @user/name, got '${tag}'`);
      const override = findOverride(tag, variant, platform.environmentOverride, await overrideText());
      const features = await device();
      const request: ChoiceRequest = {
        tag,
        device: features,
        deviceId: await deviceId(),
        variant: override?.variant,
        explore,
        bench,
      };
      const fallback: Fallback<Running> = createFallback(
        { platform, service, crashes, open: (choice) => run(choice, request, override, fallback) },
        request,
      );
      return createCompiledFunction(await fallback.start(), clock);
    },
    device,
    flush: () => telemetry.flush(),
    telemetry,
    async forget() {
      await telemetry.off();
      const url = `${baseUrl}/v1/telemetry/devices/${encodeURIComponent(await deviceId())}`;
      return platform.fetch(url, { method: 'DELETE' }).then(
        ({ ok }) => ok,
        () => false,
      );
    },
    async close() {
      if (!open) return;
      open = false;
      await telemetry.close();
      for (const measured of await Promise.allSettled(opened.values())) {
        if (measured.status === 'fulfilled') measured.value.program.close();
      }
    },
  };
}
