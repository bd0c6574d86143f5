// Who a batch is from: the token's claims and the hash under which the device is stored. Tokens come with every batch of
// a device, so the ones verified last are remembered.

import { createHmac } from 'node:crypto';
import { refusal } from '../errors.ts';
import type { Clock, TelemetryClaims, TokenVerifier } from '../ports.ts';

export interface Identity {
  readonly claims: TelemetryClaims;
  /** The first 64 bits of a keyed hash: enough to count devices, too little to name one. */
  readonly device: bigint;
}

/** The hash under which a device is stored. The salt keeps two installations from being joined. */
export function hashDevice(salt: string, deviceId: string): bigint {
  return createHmac('sha256', salt).update(deviceId).digest().readBigUInt64BE(0);
}

export interface IdentityOptions {
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  readonly deviceSalt: string;
  /** Verified tokens remembered. */
  readonly cachedTokens: number;
}

export class Identities {
  readonly #options: IdentityOptions;
  readonly #known = new Map<string, Identity>();

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  /** Verifies a token, or throws the refusal. */
  async of(token: string): Promise<Identity> {
    const { tokens, clock, deviceSalt, cachedTokens } = this.#options;
    const known = this.#known.get(token);
    // An expired token is asked about again: at some point it does not even vouch for the past.
    if (known && (known.claims.expiresAtMs ?? 0) > clock.nowMs()) return known;
    const claims = await tokens.verify(token);
    if (typeof claims === 'string') throw refusal('EP_TOKEN_INVALID', `the telemetry token: ${claims}`);
    const identity = { claims, device: hashDevice(deviceSalt, claims.deviceId) };
    if (claims.expiresAtMs !== undefined) {
      if (this.#known.size >= cachedTokens) {
        const oldest = this.#known.keys().next();
        if (!oldest.done) this.#known.delete(oldest.value);
      }
      this.#known.set(token, identity);
    }
    return identity;
  }
}
