// Every bound that the ingest keeps, in one place, with its default.

export interface IngestLimits {
  /** Body as it travels. */
  readonly bodyBytes: number;
  /** Body after decompression. */
  readonly decompressedBytes: number;
  /** Bodies that are being read or worked on at one time; beyond it requests are refused with 503. */
  readonly inFlightBytes: number;
  /**
   * What a device may send, in units of one for a batch and one for every thousand samples in it: refill a minute, and
   * at once. 0: no limit.
   */
  readonly devicePerMinute: number;
  readonly deviceBurst: number;
  /** What the devices of one network (24 bits of IPv4, 56 of IPv6) may send, in batches. 0: no limit. */
  readonly networkPerMinute: number;
  readonly networkBurst: number;
  /** Devices that may ask to be forgotten. 0: no limit. */
  readonly forgetPerMinute: number;
  /** Different nodes and sizes that one device may speak of in a day, nearly. 0: no limit. */
  readonly cellsPerDevice: number;
  /** Different device classes that one device may claim in a day, nearly. 0: no limit. */
  readonly classesPerDevice: number;
  /** Spool on disk; beyond it batches are refused with 503. */
  readonly spoolBytes: number;
  /** A segment is sealed when it has this many bytes or samples. */
  readonly segmentBytes: number;
  /** Keeps a segment within one ClickHouse block, which is what its deduplication token covers. */
  readonly segmentSamples: number;
  /** How often what arrived is sealed and loaded. */
  readonly loadEveryMs: number;
  /** Longest wait between attempts while ClickHouse is away. */
  readonly retryMaxMs: number;
  /** How long `close` tries to hand the spool over; what is left stays for the next start. */
  readonly drainMs: number;
  /** Batch ids remembered, so that a quick retry is answered `duplicate`. ClickHouse's receipts decide what counts. */
  readonly recentBatches: number;
  /** Verified tokens remembered. */
  readonly cachedTokens: number;
  /** Programs of the catalog kept in memory. */
  readonly cachedPrograms: number;
  /** A device clock that is off by more is corrected. */
  readonly clockDriftMs: number;
  /** The oldest a sample may be. */
  readonly oldestMs: number;
}

export const defaultLimits: IngestLimits = {
  bodyBytes: 1 << 20,
  decompressedBytes: 4 << 20,
  inFlightBytes: 64 << 20,
  devicePerMinute: 120,
  deviceBurst: 1_200,
  networkPerMinute: 60_000,
  networkBurst: 120_000,
  forgetPerMinute: 60,
  cellsPerDevice: 600,
  classesPerDevice: 48,
  spoolBytes: 1 << 30,
  segmentBytes: 8 << 20,
  segmentSamples: 400_000,
  loadEveryMs: 1_000,
  retryMaxMs: 30_000,
  drainMs: 10_000,
  recentBatches: 100_000,
  cachedTokens: 10_000,
  cachedPrograms: 10_000,
  clockDriftMs: 5 * 60_000,
  oldestMs: 30 * 24 * 3_600_000,
};
