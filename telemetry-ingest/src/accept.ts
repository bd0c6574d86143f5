// From an untrusted batch to a durable frame in the spool, or a refusal. Everything that decides whether a batch
// counts is here in order; HTTP is outside, ClickHouse is behind the spool.

import type { TelemetryReceipt } from '@everypath/schema';
import { assessBatch } from './edge/assess.ts';
import { Cardinality } from './edge/cardinality.ts';
import { ClassNames } from './edge/class-names.ts';
import { correctTime } from './edge/clock-correction.ts';
import { Identities, type Identity } from './edge/identity.ts';
import type { IncomingBatch } from './edge/incoming-batch.ts';
import { hashNumber, keyedHash } from './edge/keyed-hash.ts';
import { parseCompactBatch } from './edge/parse-compact.ts';
import { parseJsonBatch } from './edge/parse-json.ts';
import { RateLimiter } from './edge/rate-limit.ts';
import { type ResolvedProgram, resolveProgram } from './edge/resolve-program.ts';
import { type RecordRejection, refusal } from './errors.ts';
import type { IngestLimits } from './limits.ts';
import type { Catalog, Clock, Random, TelemetryClaims, TokenVerifier } from './ports.ts';
import type { RecentSet } from './recent-set.ts';
import { encodeFrame } from './spool/frame.ts';
import type { Spool } from './spool/spool.ts';
import { SpoolError } from './spool/spool-error.ts';

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
  readonly random: Random;
  readonly limits: IngestLimits;
  /** Keeps device hashes of one installation from being joined with those of another. */
  readonly deviceSalt: string;
  readonly recent: RecentSet;
}

/** What is known of a batch apart from its bytes. */
export interface Arrival {
  /** The client's clock as it sent, in milliseconds since 1970. */
  readonly sentAtMs?: number;
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
  readonly #identities: Identities;
  readonly #devices: RateLimiter;
  readonly #networks: RateLimiter;
  readonly #cardinality: Cardinality;
  readonly #classes = new ClassNames();
  readonly #hash: (key: string, row: number) => number;
  readonly #programs = new Map<string, ResolvedProgram>();
  readonly #inFlight = new Map<string, Promise<TelemetryReceipt>>();

  constructor(options: AcceptorOptions) {
    const { limits, random } = options;
    this.#options = options;
    this.#identities = new Identities({ ...options, cachedTokens: limits.cachedTokens });
    this.#hash = keyedHash(Number.parseInt(random.uuid().slice(0, 8), 16));
    this.#devices = new RateLimiter(
      { perMinute: limits.devicePerMinute, burst: limits.deviceBurst },
      this.#hash,
    );
    this.#networks = new RateLimiter(
      { perMinute: limits.networkPerMinute, burst: limits.networkBurst },
      this.#hash,
    );
    this.#cardinality = new Cardinality(limits, this.#hash);
  }

  /** Throws the refusal when the network has sent too much. Before the body is read. */
  admitNetwork(network: string): void {
    this.#hold(this.#networks.take(network, 1, this.#options.clock.nowMs()), 'the network');
  }

  /** Takes a parsed JSON body. Resolves once the batch is on disk; rejects with the `ServiceError` that answers it. */
  async accept(body: unknown, arrival: Arrival = {}): Promise<TelemetryReceipt> {
    return await this.#accept(parseJsonBatch(body), arrival);
  }

  /** Takes the bytes of a compact body, in the same way. */
  async acceptCompact(bytes: Buffer, arrival: Arrival = {}): Promise<TelemetryReceipt> {
    return await this.#accept(parseCompactBatch(bytes), arrival);
  }

  async #accept(batch: IncomingBatch, arrival: Arrival): Promise<TelemetryReceipt> {
    const identity = await this.#identities.of(batch.token);
    const { claims } = identity;
    if (claims.tag !== batch.tag || claims.variant !== batch.variant) {
      throw refusal('EP_TOKEN_MISMATCH', `the token is for ${claims.tag} ${claims.variant}`);
    }
    const nowMs = this.#options.clock.nowMs();
    const samples = batch.records.samplesNs.reduce((sum, each) => sum + each.length, 0);
    this.#hold(this.#devices.take(claims.deviceId, 1 + samples / 1000, nowMs), 'the device');
    const program = this.#knownProgram(claims) ?? (await this.#findProgram(claims));
    if (program.target !== batch.device.target) {
      throw refusal('EP_TOKEN_MISMATCH', `${batch.device.target} cannot run a variant for ${program.target}`);
    }
    const batchId = batch.batchId.toLowerCase();
    const earlier = this.#inFlight.get(batchId);
    if (earlier) await earlier.catch(() => {});
    const taken = this.#take(batchId, batch, identity, program, arrival);
    this.#inFlight.set(batchId, taken);
    try {
      return await taken;
    } finally {
      if (this.#inFlight.get(batchId) === taken) this.#inFlight.delete(batchId);
    }
  }

  async #take(
    batchId: string,
    batch: IncomingBatch,
    { claims, device }: Identity,
    program: ResolvedProgram,
    arrival: Arrival,
  ): Promise<TelemetryReceipt> {
    const { spool, clock, limits, recent } = this.#options;
    const receivedMs = clock.nowMs();
    const { tsMs, corrected } = correctTime(batch.sealedAtMs, receivedMs, limits, arrival.sentAtMs);
    if (claims.expiresAtMs !== undefined && tsMs > claims.expiresAtMs) {
      throw refusal('EP_TOKEN_EXPIRED', 'the telemetry token had expired when the batch was sealed');
    }
    const known = this.#knownClass(batch, claims, receivedMs);
    const variantHash = this.#hash(claims.variant, 4);
    const assessment = assessBatch({
      batch,
      claims,
      program,
      // The coarsest cell for a device that claims too many: names must not grow with what devices invent.
      deviceClass: known ?? program.target,
      receivedMs,
      tsMs,
      device,
      allowsCell: (node, features) => {
        if (known === undefined) return false;
        let cell = hashNumber(variantHash, node);
        for (const feature of features) cell = hashNumber(cell, feature);
        return this.#cardinality.allowsCell(claims.deviceId, cell, receivedMs);
      },
    });
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

  #hold(waitMs: number, who: string): void {
    if (waitMs > 0) throw refusal('EP_RATE_LIMITED', `${who} sends too much`, Math.ceil(waitMs / 1000));
  }

  /** The device's finest class, or undefined when it has claimed to be too many things today. */
  #knownClass(batch: IncomingBatch, claims: TelemetryClaims, nowMs: number): string | undefined {
    const finest = this.#classes.of(batch.device);
    const allowed = this.#cardinality.allowsClass(
      claims.deviceId,
      `${finest} ${batch.device.runtime}`,
      nowMs,
    );
    return allowed ? finest : undefined;
  }

  #knownProgram({ tag, variant }: TelemetryClaims): ResolvedProgram | undefined {
    return this.#programs.get(`${tag} ${variant}`);
  }

  /** What a variant is made of never changes, so a found program is kept; a missing one may be published yet. */
  async #findProgram({ tag, variant }: TelemetryClaims): Promise<ResolvedProgram> {
    let program: Awaited<ReturnType<Catalog['program']>>;
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
    const resolved = resolveProgram(program, tag, variant);
    this.#programs.set(`${tag} ${variant}`, resolved);
    return resolved;
  }
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof SpoolError)) return error;
  if (error.kind === 'disk-full') return refusal('EP_DISK_FULL', 'the disk is full', 30);
  if (error.kind === 'full') return refusal('EP_SPOOL_FULL', 'ClickHouse is away and the spool is full', 10);
  return refusal('EP_UNAVAILABLE', error.message, 5);
}
