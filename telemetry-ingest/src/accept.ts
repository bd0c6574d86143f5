// From an untrusted body to a durable frame in the spool, or a refusal. Everything that decides whether a batch
// counts is here in order; HTTP is outside, ClickHouse is behind the spool.

import { createHmac } from 'node:crypto';
import { type TelemetryBatch, type TelemetryReceipt, telemetryBatchSchema } from '@everypath/schema';
import { z } from 'zod';
import { assessBatch } from './edge/assess.ts';
import { correctTime } from './edge/clock-correction.ts';
import { type RecordRejection, refusal } from './errors.ts';
import type { IngestLimits } from './limits.ts';
import type { Catalog, CatalogProgram, Clock, TelemetryClaims, TokenVerifier } from './ports.ts';
import type { RecentSet } from './recent-set.ts';
import { encodeFrame } from './spool/frame.ts';
import { type Spool, SpoolError } from './spool/spool.ts';

const compiledBatchSchema = z.compile(telemetryBatchSchema);

export interface AcceptCounts {
  received: number;
  rejected: number;
  duplicate: number;
  batches: number;
  duplicateBatches: number;
  correctedClocks: number;
  readonly rejectedBy: Map<RecordRejection, number>;
}

export interface AcceptorOptions {
  readonly spool: Spool;
  readonly catalog: Catalog;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  readonly limits: IngestLimits;
  /** Keeps device hashes of one installation from being joined with those of another. */
  readonly deviceSalt: string;
  readonly recent: RecentSet;
}

export class Acceptor {
  readonly counts: AcceptCounts = {
    received: 0,
    rejected: 0,
    duplicate: 0,
    batches: 0,
    duplicateBatches: 0,
    correctedClocks: 0,
    rejectedBy: new Map(),
  };
  readonly #options: AcceptorOptions;
  readonly #programs = new Map<string, CatalogProgram>();
  readonly #inFlight = new Map<string, Promise<TelemetryReceipt>>();

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  /** Takes a parsed body. Resolves once the batch is on disk; rejects with the `ServiceError` that answers it. */
  async accept(body: unknown): Promise<TelemetryReceipt> {
    const batch = parseBatch(body);
    const claims = await this.#verify(batch);
    const program = await this.#program(claims);
    if (program.target !== batch.device.target) {
      throw refusal('EP_TOKEN_MISMATCH', `${batch.device.target} cannot run a variant for ${program.target}`);
    }
    const batchId = batch.batchId.toLowerCase();
    const earlier = this.#inFlight.get(batchId);
    if (earlier) await earlier.catch(() => {});
    const taken = this.#take(batchId, batch, claims, program);
    this.#inFlight.set(batchId, taken);
    try {
      return await taken;
    } finally {
      if (this.#inFlight.get(batchId) === taken) this.#inFlight.delete(batchId);
    }
  }

  async #take(
    batchId: string,
    batch: TelemetryBatch,
    claims: TelemetryClaims,
    program: CatalogProgram,
  ): Promise<TelemetryReceipt> {
    const { spool, clock, limits, recent, deviceSalt } = this.#options;
    const receivedMs = clock.nowMs();
    const { tsMs, corrected } = correctTime(batch.sealedAtMs, receivedMs, limits);
    const device = hashDevice(deviceSalt, claims.deviceId);
    const assessment = assessBatch({ batch, claims, program, receivedMs, tsMs, device });
    const { samples, rejected } = assessment.batch;
    const receipt = {
      batchId,
      accepted: assessment.accepted,
      rejected: assessment.rejections.map(({ index, code, message }) => ({ index, code, message })),
    };
    if (recent.has(batchId)) {
      this.counts.received += samples + rejected;
      this.counts.duplicate += samples + rejected;
      this.counts.duplicateBatches++;
      return { ...receipt, status: 'duplicate' };
    }
    try {
      // Counted in the very turn in which the spool counts it, so that the ledger adds up at any moment.
      await spool.append(encodeFrame(assessment.batch), samples, () => {
        recent.add(batchId);
        this.counts.received += samples + rejected;
        this.counts.rejected += rejected;
        this.counts.batches++;
        if (corrected) this.counts.correctedClocks++;
        for (const rejection of assessment.rejections) {
          const before = this.counts.rejectedBy.get(rejection.code) ?? 0;
          this.counts.rejectedBy.set(rejection.code, before + rejection.samples);
        }
      });
    } catch (error) {
      throw asRefusal(error);
    }
    return { ...receipt, status: 'stored' };
  }

  async #verify(batch: TelemetryBatch): Promise<TelemetryClaims> {
    const claims = await this.#options.tokens.verify(batch.token);
    if (typeof claims === 'string') throw refusal('EP_TOKEN_INVALID', `the telemetry token: ${claims}`);
    if (claims.tag !== batch.tag || claims.variant !== batch.variant) {
      throw refusal('EP_TOKEN_MISMATCH', `the token is for ${claims.tag} ${claims.variant}`);
    }
    return claims;
  }

  /** What a variant is made of never changes, so a found program is kept; a missing one may be published yet. */
  async #program({ tag, variant }: TelemetryClaims): Promise<CatalogProgram> {
    const key = `${tag} ${variant}`;
    const cached = this.#programs.get(key);
    if (cached) return cached;
    let program: CatalogProgram | undefined;
    try {
      program = await this.#options.catalog.program(tag, variant);
    } catch (error) {
      throw refusal('EP_UNAVAILABLE', `the registry does not answer: ${(error as Error).message}`, 5);
    }
    if (!program) throw refusal('EP_UNKNOWN_VARIANT', `the registry has no variant ${variant} of ${tag}`);
    if (this.#programs.size >= this.#options.limits.cachedPrograms) {
      const oldest = this.#programs.keys().next();
      if (!oldest.done) this.#programs.delete(oldest.value);
    }
    this.#programs.set(key, program);
    return program;
  }
}

function parseBatch(body: unknown): TelemetryBatch {
  const parsed = compiledBatchSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const error = refusal('EP_INVALID_BATCH', 'the batch is not valid');
  throw Object.assign(error, {
    issues: parsed.error.issues
      .slice(0, 20)
      .map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  });
}

/** The first 64 bits of a keyed hash, in decimal: enough to count devices, too little to name one. */
function hashDevice(salt: string, deviceId: string): string {
  return createHmac('sha256', salt).update(deviceId).digest().readBigUInt64BE(0).toString();
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof SpoolError)) return error;
  if (error.kind === 'disk-full') return refusal('EP_DISK_FULL', 'the disk is full', 30);
  if (error.kind === 'full') return refusal('EP_SPOOL_FULL', 'ClickHouse is away and the spool is full', 10);
  return refusal('EP_UNAVAILABLE', error.message, 5);
}
