// What the models are fitted from: per-device medians of latency, as plain data. Read by `sample-store.ts`.

/** One device's latency of one operator variant at one size, condensed to a robust number. */
export interface Observation {
  /** The finest device class: `target/isa/micro/model`. */
  readonly deviceClass: string;
  readonly operator: string;
  readonly specialization: string;
  readonly operatorVariant: string;
  /** Size features as the program reported them. */
  readonly features: readonly number[];
  readonly device: string;
  /** Median over sessions of each session's median natural logarithm of nanoseconds. */
  readonly logNs: number;
  readonly samples: number;
  /** Telemetry batches: samples of one batch share a moment of the machine and are not independent. */
  readonly sessions: number;
  /** Variance of the sessions' medians; 0 for a single session. */
  readonly sessionVariance: number;
  /** The sessions one by one, where they are known. */
  readonly moments?: readonly Moment[];
  /** What the sessions are worth, in sessions of a calm machine; as many as there are where nothing is known. */
  readonly calmSessions?: number;
  /** Chance that something else on the machine slowed all of its sessions, and nothing shows it. */
  readonly hidden?: number;
}

/** A session: its identity, its median natural logarithm of nanoseconds, its samples, and when it was, if known. */
export type Moment = readonly [session: string, logNs: number, samples: number, atMs?: number];

/** How often one node of a function is called at one size, on one device. */
export interface SizeObservation {
  readonly deviceClass: string;
  readonly tag: string;
  readonly node: number;
  readonly operator: string;
  readonly specialization: string;
  readonly features: readonly number[];
  readonly device: string;
  readonly samples: number;
}

/** The cell above all targets. */
export const EVERYWHERE = '*';

/** Asked for each class many times in every fit. */
const cellsKnown = new Map<string, readonly string[]>();
const CELLS_KEPT = 10_000;

/** A class and all that contain it, coarsest first: `*`, `target`, `target/isa`, … */
export function cellsOf(deviceClass: string): readonly string[] {
  const known = cellsKnown.get(deviceClass);
  if (known !== undefined) return known;
  const parts = deviceClass.split('/');
  const cells = [EVERYWHERE, ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
  if (cellsKnown.size >= CELLS_KEPT) cellsKnown.clear();
  cellsKnown.set(deviceClass, cells);
  return cells;
}

export const familyKey = (operator: string, specialization: string): string =>
  `${operator}\n${specialization}`;
