// How a new best variant takes the place of the one before: at once where enough devices have run all of it, else to
// a share of devices that grows while it holds. It goes back when it is no longer predicted faster, when its calls are
// measured slower, or when it crashes. Pure: state in, state and events out.

import type { CallCell } from '../model/call-cells.ts';
import type { Ban, ClassState, Rollout } from './class-state.ts';
import type { Candidate } from './evaluate.ts';
import { harmChance } from './harm-budget.ts';
import type { PolicyOptions } from './options.ts';

export type RolloutEvent =
  | { readonly kind: 'started' | 'grown'; readonly variant: string; readonly share: number }
  | { readonly kind: 'promoted'; readonly variant: string; readonly before: string | null }
  | {
      readonly kind: 'rolled-back';
      readonly variant: string;
      readonly to: string;
      readonly why: 'prediction' | 'regression' | 'crashes';
    };

export interface RolloutInput {
  readonly candidates: readonly Candidate[];
  /** What the models call fastest. */
  readonly best: Candidate;
  /** Whole calls measured in the class, by variant. */
  readonly calls: Readonly<Record<string, CallCell>>;
  readonly generation: number;
  readonly options: PolicyOptions;
}

export interface RolloutStep {
  readonly champion: string;
  readonly rollout: Rollout | null;
  readonly bans: readonly Ban[];
  readonly events: readonly RolloutEvent[];
}

/** One step, made once for each fit. */
export function advanceRollout(state: ClassState, input: RolloutInput): RolloutStep {
  const { best, generation, options, candidates } = input;
  const bans = state.bans.filter((ban) => ban.until === null || ban.until > generation);
  const held = candidates.find((candidate) => candidate.variant.id === state.champion);
  const stay = { rollout: null, bans, events: [] };
  // Nothing is in place, or it cannot be served any more: whatever is best is better than nothing.
  if (state.champion === null || held === undefined)
    return { ...stay, champion: best.variant.id, events: promotion(best.variant.id, state.champion) };
  const champion = held.variant.id;
  const { rollout } = state;
  const regressed = rollout !== null && isMeasuredSlower(rollout.challenger, champion, input);
  if (rollout !== null && regressed) {
    const ban: Ban = {
      variant: rollout.challenger,
      why: 'regression',
      until: generation + options.banGenerations,
    };
    return {
      champion,
      rollout: null,
      bans: [...bans, ban],
      events: [{ kind: 'rolled-back', variant: rollout.challenger, to: champion, why: 'regression' }],
    };
  }
  if (best === held) {
    const events: RolloutEvent[] =
      rollout === null
        ? []
        : [{ kind: 'rolled-back', variant: rollout.challenger, to: champion, why: 'prediction' }];
    return { ...stay, champion, events };
  }
  const challenger = best.variant.id;
  if (isProven(best, held, state, options.rolloutDevices, options))
    return { ...stay, champion: challenger, events: promotion(challenger, champion) };
  const sessions = sessionsOf(best, input.calls);
  const least = leastShare(best, held, state, options);
  if (rollout?.challenger !== challenger) {
    const share = least;
    return {
      champion,
      rollout: { challenger, share, sessions },
      bans,
      events: [{ kind: 'started', variant: challenger, share }],
    };
  }
  if (sessions < rollout.sessions + options.rolloutSessions)
    return { champion, rollout: { ...rollout, share: Math.max(rollout.share, least) }, bans, events: [] };
  const share = Math.min(1, Math.max(least, rollout.share * options.rolloutGrowth));
  if (share === 1) return { ...stay, champion: challenger, events: promotion(challenger, champion) };
  return {
    champion,
    rollout: { challenger, share, sessions },
    bans,
    events: [{ kind: 'grown', variant: challenger, share }],
  };
}

const promotion = (variant: string, before: string | null): readonly RolloutEvent[] => [
  { kind: 'promoted', variant, before },
];

/** Devices that must have run what sets the two apart before a champion that seems to harm makes way. */
const WITNESSES = 2;

/**
 * The share that a challenger gets at least. Where several devices of the class have run both, in calm sessions, the
 * champion may be the harm: devices are spared it by the chance of that. Else the share starts small, whatever is
 * predicted.
 */
function leastShare(
  challenger: Candidate,
  champion: Candidate,
  state: ClassState,
  options: PolicyOptions,
): number {
  const known =
    isProven(challenger, champion, state, WITNESSES, options) &&
    isProven(champion, challenger, state, WITNESSES, options);
  if (!known) return options.rolloutStart;
  return Math.max(options.rolloutStart, harmChance(champion, challenger, options));
}

/**
 * Whether what sets it apart from the champion was tried in the class often enough, by so many of its devices; a class
 * that has fewer needs fewer.
 */
function isProven(
  candidate: Candidate,
  champion: Candidate,
  state: ClassState,
  devices: number,
  { trialSessions }: PolicyOptions,
): boolean {
  const enough = Math.min(devices, Math.max(1, state.devices.length));
  return candidate.choices.every((choice, index) => {
    if (choice.operatorVariant === champion.choices[index]?.operatorVariant) return true;
    const { prediction } = choice;
    return (
      prediction.tried &&
      prediction.devices >= enough &&
      Math.round(prediction.calmSessions) >= Math.min(2, trialSessions)
    );
  });
}

/** Sessions that ran all of it, or the least-run of its choices where whole calls are not told. */
function sessionsOf(candidate: Candidate, calls: Readonly<Record<string, CallCell>>): number {
  const own = calls[candidate.variant.id]?.sessions;
  if (own !== undefined) return own;
  return Math.min(
    ...candidate.choices.map(({ prediction }) => (prediction.tried ? prediction.sessions : 0)),
    Number.MAX_SAFE_INTEGER,
  );
}

function isMeasuredSlower(challenger: string, champion: string, input: RolloutInput): boolean {
  const fresh = input.calls[challenger];
  const old = input.calls[champion];
  if (fresh === undefined || old === undefined || fresh.sessions < input.options.rolloutSessions)
    return false;
  const slower = fresh.mean - old.mean;
  const doubt = Math.sqrt(fresh.variance + old.variance);
  return slower > Math.max(input.options.rollbackAt * doubt, 2 * input.options.worthwhile);
}
