// What would another policy have done? From decisions that were logged with their propensities: inverse propensity
// scoring (Horvitz & Thompson 1952), its self-normalised form (Swaminathan & Joachims 2015) and the doubly robust
// estimate (Dudík, Langford & Li 2011). Values are mean log latencies; intervals count each device once, because its
// fetches are not independent.

/** A logged decision with what came of it. */
export interface LoggedOutcome {
  readonly device: string;
  /** Log of the nanoseconds of the whole call. */
  readonly logNs: number;
  /** Chance with which the served variant was served. */
  readonly propensity: number;
  /** Chance with which the other policy would have served that variant. */
  readonly target: number;
  /** What the models say of the served variant, and of what the other policy would serve, on average. */
  readonly modelled: number;
  readonly modelledTarget: number;
}

export interface Estimate {
  /** Mean log latency. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface OffPolicyEstimate {
  readonly logged: Estimate;
  readonly ips: Estimate;
  readonly snips: Estimate;
  readonly doublyRobust: Estimate;
  readonly decisions: number;
  readonly devices: number;
  /** Decisions that the weights are worth (Kish 1965): few, and no estimate but the model's says much. */
  readonly effective: number;
}

/** Weights beyond this are cut: a bias of at most their share for a variance that ends. */
const MOST_WEIGHT = 50;
/** Of a normal distribution: 95 %. */
const REACH = 1.96;

/** The estimates for one other policy. Null when nothing was logged. */
export function estimateOffPolicy(outcomes: readonly LoggedOutcome[]): OffPolicyEstimate | null {
  if (outcomes.length === 0) return null;
  const weights = outcomes.map(({ target, propensity }) =>
    Math.min(MOST_WEIGHT, target / Math.max(propensity, 1e-9)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight ** 2, 0);
  // Around the logged mean, so that what IPS lacks in weight is not taken for speed.
  const level = outcomes.reduce((total, each) => total + each.logNs, 0) / outcomes.length;
  const logged = meanOf(outcomes, (each) => each.logNs);
  const ips = meanOf(outcomes, (each, index) => level + weights[index]! * (each.logNs - level));
  const snipsValue =
    sum === 0
      ? Number.NaN
      : outcomes.reduce((total, each, index) => total + weights[index]! * each.logNs, 0) / sum;
  // Linearised: a ratio of two means.
  const share = sum / outcomes.length;
  const snips = meanOf(
    outcomes,
    (each, index) => snipsValue + (weights[index]! * (each.logNs - snipsValue)) / share,
  );
  const doublyRobust = meanOf(
    outcomes,
    (each, index) => each.modelledTarget + weights[index]! * (each.logNs - each.modelled),
  );
  return {
    logged,
    ips,
    snips,
    doublyRobust,
    decisions: outcomes.length,
    devices: new Set(outcomes.map((each) => each.device)).size,
    effective: squares === 0 ? 0 : sum ** 2 / squares,
  };
}

/** The mean with an interval clustered by device. */
function meanOf(
  outcomes: readonly LoggedOutcome[],
  measure: (outcome: LoggedOutcome, index: number) => number,
): Estimate {
  const values = outcomes.map(measure);
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const clusters = new Map<string, number>();
  for (const [index, { device }] of outcomes.entries())
    clusters.set(device, (clusters.get(device) ?? 0) + values[index]! - value);
  let squares = 0;
  for (const each of clusters.values()) squares += each ** 2;
  const count = clusters.size;
  const variance = (squares / values.length ** 2) * (count / Math.max(1, count - 1));
  const reach = REACH * Math.sqrt(variance);
  return { value, low: value - reach, high: value + reach };
}
