// Telemetry tokens: what a manifest gives a device so that its samples are believed. Says which device was served
// which variant, why and until when; HMAC-SHA256 over the exact text. Holds no secret of its own.

import { timingSafeEqual } from 'node:crypto';
import { type Cause, causeSchema } from '@everypath/schema';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { createMac } from './mac.ts';

export interface TelemetryClaims {
  /** Hash of the id that the device made for itself: 16 hex digits. */
  readonly deviceId: string;
  readonly tag: string;
  readonly variant: string;
  readonly cause: Cause;
  readonly decisionId: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Issues tokens and verifies them: the port that the ingest service needs. */
export interface TelemetryTokens {
  issue(claims: TelemetryClaims): string;
  /**
   * What the token vouches for, or why it does not count. One that expired less than the grace ago still vouches for
   * what was measured before it did; telling by its claims is the caller's part.
   */
  verify(token: string): TelemetryClaims | string;
}

const VERSION = 1;
const payloadSchema = z.tuple([
  z.literal(VERSION),
  z.string(),
  z.string(),
  z.string(),
  causeSchema,
  z.string(),
  z.number().int(),
]);

export function createTelemetryTokens(
  secret: Uint8Array,
  clock: Pick<Clock, 'nowMs'>,
  receiptGraceMs = 0,
): TelemetryTokens {
  const mac = createMac(secret);
  return {
    issue: ({ deviceId, tag, variant, cause, decisionId, expiresAtMs }) => {
      // JSON: none of these has anything to escape.
      const fields = `[${VERSION},"${deviceId}","${tag}","${variant}","${cause}","${decisionId}",${expiresAtMs}]`;
      const payload = Buffer.from(fields).toString('base64url');
      return `${payload}.${mac(payload)}`;
    },

    verify: (token) => {
      const [payload, signature, ...rest] = token.split('.');
      if (payload === undefined || signature === undefined || rest.length > 0) {
        return 'the token is malformed';
      }
      // Compared as text: base64url has several spellings of the same bytes, and one of them counts.
      const expected = Buffer.from(mac(payload));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        return 'the token was not issued by this service';
      const parsed = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      if (!parsed.success) return 'the token is malformed';
      const [, deviceId, tag, variant, cause, decisionId, expiresAtMs] = parsed.data;
      if (expiresAtMs + receiptGraceMs <= clock.nowMs()) return 'the token has expired';
      return { deviceId, tag, variant, cause, decisionId, expiresAtMs };
    },
  };
}
