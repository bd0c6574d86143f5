// When a batch was measured, on the server's clock. Device clocks are wrong by years; latencies come from monotonic
// counters and are not touched by any of this.

export interface CorrectedTime {
  readonly tsMs: number;
  readonly corrected: boolean;
}

/**
 * The batch's time: the device's own while its clock is right. A client that says when it sends tells a wrong clock from
 * a late batch: the age by its own clock then counts back from the receipt. Without that, only a clock ahead by more
 * than the drift, or behind by more than the age that samples may have, is known to be wrong. Never later than the
 * receipt, never older than samples may be.
 */
export function correctTime(
  sealedAtMs: number,
  receivedMs: number,
  limits: { readonly clockDriftMs: number; readonly oldestMs: number },
  sentAtMs?: number,
): CorrectedTime {
  const ageMs = sentAtMs === undefined ? receivedMs - sealedAtMs : sentAtMs - sealedAtMs;
  const skewMs = sentAtMs === undefined ? 0 : receivedMs - sentAtMs;
  if (ageMs > limits.oldestMs || ageMs < -limits.clockDriftMs) return { tsMs: receivedMs, corrected: true };
  if (Math.abs(skewMs) > limits.clockDriftMs)
    return { tsMs: receivedMs - Math.max(0, ageMs), corrected: true };
  return { tsMs: Math.max(receivedMs - limits.oldestMs, Math.min(sealedAtMs, receivedMs)), corrected: false };
}
