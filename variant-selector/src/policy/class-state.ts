// What the policy remembers of one function on one device class from fit to fit, and over restarts: which variant is
// in place, which one is being rolled out, what was withdrawn, and what exploring has cost. Plain data.

/** A new champion on its way. */
export interface Rollout {
  readonly challenger: string;
  /** Share of fetches that get it. */
  readonly share: number;
  /** Sessions it had of its own when the share was set. */
  readonly sessions: number;
}

export interface Ban {
  readonly variant: string;
  readonly why: 'regression' | 'crashes';
  /** Generation of the models from which it may come back; null: not by itself. */
  readonly until: number | null;
}

export interface ClassState {
  champion: string | null;
  rollout: Rollout | null;
  bans: readonly Ban[];
  fetches: number;
  /** Fetches that explored, and how many of them were expected to be harmed. */
  explored: number;
  harm: number;
  /** Devices that fetched, up to a handful: how many votes a class can have. */
  devices: readonly string[];
  /** Devices that each variant was served to, counted; and those that reported a crash of it. */
  readonly served: Record<string, number>;
  readonly crashed: Record<string, readonly string[]>;
  /** Trials handed out for each choice (node and operator variant), by revision of the function. */
  revision: number;
  issued: Record<string, number>;
}

export const newClassState = (revision: number): ClassState => ({
  champion: null,
  rollout: null,
  bans: [],
  fetches: 0,
  explored: 0,
  harm: 0,
  devices: [],
  served: {},
  crashed: {},
  revision,
  issued: {},
});

/** A state as another process wrote it; null when it is none. */
export function parseClassState(text: string): ClassState | null {
  try {
    const read = JSON.parse(text) as Partial<ClassState>;
    if (typeof read !== 'object' || read === null || typeof read.revision !== 'number') return null;
    return { ...newClassState(read.revision), ...read };
  } catch {
    return null;
  }
}

export const isBanned = (state: ClassState, variant: string, generation: number): boolean =>
  state.bans.some((ban) => ban.variant === variant && (ban.until === null || ban.until > generation));
