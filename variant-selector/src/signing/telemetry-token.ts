// Telemetry tokens: what a manifest gives a device so that its samples are believed. Says which device was served
// which variant, why and until when; HMAC-SHA256 over the exact text. Holds no secret of its own.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Cause, causeSchema } from '@everypath/schema';
import { z } from 'zod';

export interface TelemetryClaims {
  /** Hash of the device's random id: 16 hex digits. */
  readonly device: string;
  readonly tag: string;
  readonly variant: string;
  readonly cause: Cause;
  readonly decisionId: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export type TokenVerdict =
  | { readonly ok: true; readonly claims: TelemetryClaims }
  | { readonly ok: false; readonly reason: 'malformed' | 'forged' | 'expired' };

/** Issues tokens and verifies them: the port that the ingest service needs. */
export interface TelemetryTokens {
  issue(claims: TelemetryClaims): string;
  verify(token: string, nowMs: number): TokenVerdict;
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

export function createTelemetryTokens(secret: Uint8Array): TelemetryTokens {
  const mac = (payload: string): Buffer => createHmac('sha256', secret).update(payload).digest();
  return {
    issue: ({ device, tag, variant, cause, decisionId, expiresAtMs }) => {
      const fields = [VERSION, device, tag, variant, cause, decisionId, expiresAtMs];
      const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
      return `${payload}.${mac(payload).toString('base64url')}`;
    },

    verify: (token, nowMs) => {
      const [payload, signature, ...rest] = token.split('.');
      if (payload === undefined || signature === undefined || rest.length > 0) {
        return { ok: false, reason: 'malformed' };
      }
      const expected = mac(payload);
      const given = Buffer.from(signature, 'base64url');
      // Compared as text too: base64url has several spellings of the same bytes.
      const same = given.length === expected.length && timingSafeEqual(given, expected);
      if (!same || signature !== expected.toString('base64url')) return { ok: false, reason: 'forged' };
      const parsed = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      if (!parsed.success) return { ok: false, reason: 'malformed' };
      const [, device, tag, variant, cause, decisionId, expiresAtMs] = parsed.data;
      if (expiresAtMs <= nowMs) return { ok: false, reason: 'expired' };
      return { ok: true, claims: { device, tag, variant, cause, decisionId, expiresAtMs } };
    },
  };
}
