// What every source of published measurements is read into: one row of a table for the offline evaluation.

/** None of the sources has sizes: an operator is one problem. */
export interface Measurement {
  readonly device: string;
  readonly features: Readonly<Record<string, string | number>>;
  readonly operator: string;
  readonly variant: string;
  /** Microseconds. */
  readonly latencyUs: number;
  readonly meta: Readonly<Record<string, string | number>>;
}
