// When a batch was measured, on the server's clock. Device clocks are wrong by years; latencies come from monotonic
// counters and are not touched by any of this.

export interface CorrectedTime {
  readonly tsMs: number;
  readonly corrected: boolean;
}

/**
 * The batch's time: the device's own while it is plausible, else the moment of receipt. A batch may be late (spooled on
 * a device that was offline), so only a clock ahead by more than the drift, or behind by more than the age that
 * samples may have, is a wrong clock.
 */
export function correctTime(
  sealedAtMs: number,
  receivedMs: number,
  limits: { readonly clockDriftMs: number; readonly oldestMs: number },
): CorrectedTime {
  const aheadMs = sealedAtMs - receivedMs;
  if (aheadMs > limits.clockDriftMs || -aheadMs > limits.oldestMs)
    return { tsMs: receivedMs, corrected: true };
  return { tsMs: Math.min(sealedAtMs, receivedMs), corrected: false };
}
