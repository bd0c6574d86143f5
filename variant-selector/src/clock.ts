// Time, injected: what it is now, and being called later. The only place that touches the ambient clock.

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` after each `intervalMs` until the returned function is called; does not keep the process alive. */
  every(intervalMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  every: (intervalMs, run) => {
    const timer = setInterval(run, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
