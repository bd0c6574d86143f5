// When to try again: exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), never
// before the time that the service asked for.

export const FIRST_DELAY_MS = 1_000;
export const LONGEST_DELAY_MS = 3_600_000;

/** Delay before try number `attempt` + 1 (attempt 0 has just failed). `random` is uniform in [0, 1). */
export function retryDelayMs(attempt: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 30));
  return Math.max(Math.floor(random * ceiling), Math.min(retryAfterMs, LONGEST_DELAY_MS));
}

/** `Retry-After`: seconds or a date, in milliseconds from now; 0 when absent or unreadable. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
