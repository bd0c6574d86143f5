// Sends queued batches in order until one fails; says when the next try is due. A batch is never changed or split.

import type { Platform } from './platform.ts';
import type { Queue } from './queue.ts';
import { retryAfterMs, retryDelayMs } from './retry.ts';

const TIMEOUT_MS = 10_000;
const JSON_TYPE = 'application/json';
/** A service that does not read the type. */
const UNSUPPORTED = 415;

export interface SendReport {
  readonly sent: number;
  /** Batches the service will never take: malformed, or with a token it does not know. */
  readonly refused: number;
  /** Batches that stay in the queue. */
  readonly left: number;
}

export interface Sender {
  /** Sends what it can. Does nothing while the service has asked for quiet. Never throws. */
  send(): Promise<SendReport>;
  /** How long to wait before the next try; 0 after a success. */
  waitMs(): number;
}

/** Answers after which another try may fare better. */
const isTransient = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

export function createSender(
  platform: Pick<Platform, 'fetch' | 'clock' | 'random' | 'log' | 'compact'>,
  url: string,
  queue: Queue,
): Sender {
  const { clock, random, log } = platform;
  let failures = 0;
  let waitMs = 0;
  let quietUntilMs = 0;
  let { compact } = platform;

  function failed(askedMs: number): void {
    waitMs = retryDelayMs(failures, random(), askedMs);
    failures++;
    quietUntilMs = askedMs > 0 ? clock.nowMs() + waitMs : 0;
  }

  async function request(bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
    const response = await platform.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': compact?.type ?? JSON_TYPE,
        // Tells a wrong clock from a late batch.
        'everypath-sent-at': String(Math.floor(clock.nowMs())),
      },
      body: compact?.encode(bytes) ?? bytes,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (response.status !== UNSUPPORTED || !compact) return response;
    compact = undefined;
    return await request(bytes);
  }

  /** What to do with one batch after a try. */
  async function post(bytes: Uint8Array<ArrayBuffer>): Promise<'sent' | 'refused' | 'failed'> {
    try {
      const response = await request(bytes);
      if (response.ok) return 'sent';
      if (!isTransient(response.status)) {
        log('warn', `telemetry was refused with ${response.status}`);
        return 'refused';
      }
      failed(retryAfterMs(response.headers.get('retry-after'), clock.nowMs()));
    } catch (error) {
      log('debug', `telemetry could not be sent: ${error}`);
      failed(0);
    }
    return 'failed';
  }

  return {
    async send() {
      let sent = 0;
      let refused = 0;
      const batches = await queue.all();
      if (clock.nowMs() < quietUntilMs) return { sent, refused, left: batches.length };
      for (const batch of batches) {
        const outcome = await post(batch.bytes);
        if (outcome === 'failed') break;
        if (outcome === 'sent') sent++;
        else refused++;
        failures = 0;
        waitMs = 0;
        await queue.remove(batch.name);
      }
      return { sent, refused, left: batches.length - sent - refused };
    },
    waitMs: () => waitMs,
  };
}
