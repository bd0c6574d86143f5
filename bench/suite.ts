// What a benchmark suite is: a file `bench/<name>.ts` that exports `run` and answers one question with rows.

export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** This row's value over that of the row it is compared with, within this run. */
  readonly ratio?: number;
  /** Spread, sample, what it is compared with. */
  readonly note?: string;
}

export interface BenchReport {
  readonly name: string;
  readonly rows: readonly BenchRow[];
}

export interface BenchOptions {
  /** Whether a machine reads the result: no progress lines then. */
  readonly json: boolean;
}

export interface BenchSuite {
  run(options: BenchOptions): Promise<BenchReport>;
}
