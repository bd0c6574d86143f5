// Where every sample that was acknowledged is now. The invariant: what came in equals what is stored, rejected,
// recognised as a repeat, waiting in the spool, or set aside.

export interface Ledger {
  /** Samples acknowledged by this process, and those it found in the spool when it started. */
  readonly received: number;
  /** In ClickHouse. */
  readonly stored: number;
  /** Refused one by one, with a reason, within batches that were acknowledged. */
  readonly rejected: number;
  /** In batches that had been counted before. */
  readonly duplicate: number;
  /** On disk, waiting for ClickHouse. */
  readonly spooled: number;
  /** In segments that ClickHouse refuses or lines that the disk damaged: kept in `aside/` for people. */
  readonly setAside: number;
}

/** Whether the ledger adds up. */
export const isBalanced = (ledger: Ledger): boolean =>
  ledger.received === ledger.stored + ledger.rejected + ledger.duplicate + ledger.spooled + ledger.setAside;
