// Telemetry as the client's user meets it: on, previewed, flushed, off. Nothing here ever throws into its host.

import type { DeviceFeatures, TelemetryBatch } from '@everypath/schema';
import type { Platform } from './platform.ts';
import type { Program } from './program.ts';
import type { Queue } from './queue.ts';
import type { Attribution, Recorder } from './recorder.ts';
import type { Sender } from './sender.ts';

const FLUSH_EVERY_MS = 60_000;

export interface TelemetryPreview {
  /** Sealed and waiting: exactly what will be sent. */
  readonly queued: readonly TelemetryBatch[];
  /** Measured, not yet sealed. */
  readonly waiting: ReturnType<Recorder['waiting']>;
}

export interface FlushReport {
  readonly sent: number;
  readonly refused: number;
  readonly left: number;
  /** Records and batches given up since the client was made, because too many waited. */
  readonly dropped: number;
}

export interface Telemetry {
  readonly on: boolean;
  /** What has been measured and not been sent. */
  preview(): Promise<TelemetryPreview>;
  /** Stops measuring and deletes what was not sent. */
  off(): Promise<void>;
}

/** A program that is being measured, and whose calls its latencies are. */
export interface Measured {
  readonly program: Program;
  attribution: Attribution;
  /** Calls still to go before measuring starts. */
  warmUpCalls: number;
}

export interface TelemetryEngine extends Telemetry {
  watch(measured: Measured): void;
  /** Leaves a program alone that has crashed. */
  unwatch(measured: Measured): void;
  /** Counts a call while the program warms up; measuring starts when it has. */
  warm(measured: Measured): void;
  /** Moves what a program has measured so far to the recorder. */
  collect(measured: Measured): void;
  flush(): Promise<FlushReport>;
  close(): Promise<void>;
}

export function createTelemetry(
  platform: Pick<Platform, 'clock' | 'log'>,
  parts: { readonly recorder: Recorder; readonly queue: Queue; readonly sender: Sender },
  device: () => Promise<DeviceFeatures>,
  startOn: boolean,
): TelemetryEngine {
  const { recorder, queue, sender } = parts;
  const { clock, log } = platform;
  const watched = new Set<Measured>();
  let on = startOn;
  let cancelTimer: (() => void) | undefined;
  let flushing: Promise<FlushReport> | undefined;

  const quietly = async <T>(fallback: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      log('warn', `telemetry: ${error}`);
      return fallback;
    }
  };

  const report = (sent: number, refused: number, left: number): FlushReport => ({
    sent,
    refused,
    left,
    dropped: recorder.dropped() + queue.dropped(),
  });

  function schedule(delayMs: number): void {
    cancelTimer ??= clock.later(delayMs, () => {
      cancelTimer = undefined;
      void flush().then(({ left }) => {
        if (on && (watched.size > 0 || left > 0)) schedule(left > 0 ? sender.waitMs() : FLUSH_EVERY_MS);
      });
    });
  }

  function collect(measured: Measured): void {
    if (!on) return;
    try {
      recorder.add(measured.attribution, measured.program.drain());
    } catch (error) {
      log('warn', `telemetry: ${error}`);
    }
  }

  function flush(): Promise<FlushReport> {
    if (!on) return Promise.resolve(report(0, 0, 0));
    flushing ??= quietly(report(0, 0, 0), async () => {
      for (const measured of watched) collect(measured);
      if (recorder.waiting().length > 0) {
        for (const batch of recorder.seal(await device())) await queue.push(batch);
      }
      const { sent, refused, left } = await sender.send();
      return report(sent, refused, left);
    }).finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  function stop(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const { program } of watched) program.telemetryMode(0);
    watched.clear();
  }

  return {
    get on() {
      return on;
    },
    watch(measured) {
      if (!on || watched.has(measured)) return;
      if (measured.warmUpCalls === 0) measured.program.telemetryMode(2);
      watched.add(measured);
      schedule(FLUSH_EVERY_MS);
    },
    unwatch(measured) {
      watched.delete(measured);
    },
    warm(measured) {
      measured.warmUpCalls--;
      if (measured.warmUpCalls === 0 && watched.has(measured)) measured.program.telemetryMode(2);
    },
    collect,
    flush,
    preview: () =>
      quietly({ queued: [], waiting: [] } as TelemetryPreview, async () => {
        for (const measured of watched) collect(measured);
        const decoder = new TextDecoder();
        const queued = await queue.all();
        return {
          queued: queued.map(({ bytes }) => JSON.parse(decoder.decode(bytes)) as TelemetryBatch),
          waiting: [...recorder.waiting()],
        };
      }),
    off: () =>
      quietly(undefined, async () => {
        on = false;
        stop();
        recorder.clear();
        await flushing;
        await queue.clear();
      }),
    close: () =>
      quietly(undefined, async () => {
        // A flush under way has drained already: what came after it needs one more.
        await flushing;
        await flush();
        stop();
      }),
  };
}
