// What the ingest needs from outside and does not own: who may report, what was compiled, time, chance, a log.

import type { Cause, ProgramNode, TargetName } from '@everypath/schema';

/** What a telemetry token vouches for. */
export interface TelemetryClaims {
  readonly deviceId: string;
  readonly tag: string;
  readonly variant: string;
  /** Why the device was served this variant. Wins over what the batch claims. */
  readonly cause: Cause;
  /** What was measured later does not count, milliseconds since 1970. Undefined: the verifier has seen to it. */
  readonly expiresAtMs?: number;
}

/**
 * Checks the tokens that manifests carry. A string is the reason why the token does not count. A token that has expired
 * may still vouch for what was measured before: its claims say until when.
 */
export interface TokenVerifier {
  verify(token: string): TelemetryClaims | string | Promise<TelemetryClaims | string>;
}

/** One compiled variant: what its node numbers mean. */
export interface CatalogProgram {
  readonly target: TargetName;
  readonly nodes: readonly ProgramNode[];
  /** `path[i]` is the operator variant chosen at node i. */
  readonly path: readonly string[];
}

/** The registry as the ingest sees it. Undefined: no such variant. */
export interface Catalog {
  program(tag: string, variant: string): CatalogProgram | undefined | Promise<CatalogProgram | undefined>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels. Keeps no process alive. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Random {
  uuid(): string;
}

/** Structured log, in pino's argument order. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
