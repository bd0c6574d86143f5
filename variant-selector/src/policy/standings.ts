// The plans that classes are served by, and what is remembered of each class: made for the models of the day, and made
// anew, later, when newer models come.

import type { FunctionEntry } from '../registry/function-entry.ts';
import { candidatesOf } from './candidates.ts';
import { type ClassState, newClassState } from './class-state.ts';
import { type Answer, classOf, type Knowledge } from './decision.ts';
import { baseShares, type PendingTrial, pendingTrials, type Served } from './draw.ts';
import type { DeviceView } from './eligible.ts';
import { type Choice, evaluate } from './evaluate.ts';
import { isFirst } from './harm-budget.ts';
import type { PolicyOptions } from './options.ts';
import { makePlan, type Plan } from './plan.ts';
import { advanceRollout, type RolloutEvent } from './rollout.ts';

/** What happened to a variant in a class. */
export interface PolicyEvent {
  readonly tag: string;
  readonly deviceClass: string;
  readonly event: RolloutEvent;
}

/** What is served to a class, until models, registry or crashes change it. */
export interface Standing {
  readonly plan: Plan;
  readonly state: Readonly<ClassState>;
  /** Trials that nobody was given yet. */
  readonly pending: readonly PendingTrial[];
  readonly shares: readonly Served[];
  /** No other class can teach this one. */
  readonly first: boolean;
}

export interface Held extends Standing {
  readonly key: string;
  readonly generation: number;
  readonly entry: FunctionEntry;
  readonly device: DeviceView;
  /** Whether anyone fetched by it. */
  used: boolean;
  /** Whether a newer one is under way. */
  renewing: boolean;
  readonly state: ClassState;
  pending: PendingTrial[];
  /** Devices that were handed something that only the order of arrival determines. */
  readonly assigned: Map<string, Answer>;
}

/** Function and class pairs that are kept; those longest unused go first. */
const STATES_KEPT = 20_000;

/** Takes work that may wait a little. */
export type Later = (work: () => void) => void;

export const stateKey = (tag: string, deviceClass: string): string => `${tag}\n${deviceClass}`;

export const choiceKey = (choice: Choice): string => `${choice.node.index}\n${choice.operatorVariant}`;

export interface StandingsDependencies {
  readonly options: PolicyOptions;
  /** Determines the draws of plans. */
  readonly seed: string;
  readonly onEvent: (event: PolicyEvent) => void;
  /** Makes the plans of newer models; null: the first fetch after a fit waits for its plan. */
  readonly later: Later | null;
}

export class Standings {
  readonly #dependencies: StandingsDependencies;
  readonly #held = new Map<string, Held>();
  readonly #states = new Map<string, ClassState>();
  /** Keys of what changed since it was stored. */
  readonly changed = new Set<string>();

  constructor(dependencies: StandingsDependencies) {
    this.#dependencies = dependencies;
  }

  /** What is remembered of a class, as far as anything is. */
  known(key: string): ClassState | undefined {
    return this.#states.get(key);
  }

  restore(key: string, state: ClassState): void {
    keep(this.#states, key, state);
  }

  /** Forgets the plan: the next fetch makes another. */
  drop(key: string): void {
    this.#held.delete(key);
  }

  /** Has the plans by which anyone was served made anew, later, from newer models; lets go of the others. */
  renew(knowledge: Knowledge): void {
    for (const [key, held] of this.#held) {
      if (held.used) this.#renewLater(held, knowledge);
      else if (held.generation !== knowledge.generation) this.#held.delete(key);
    }
  }

  /** What to serve by now: a plan of older models while that of the newest is being made. */
  serving(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const key = stateKey(entry.tag, classOf(device));
    const { later } = this.#dependencies;
    const known = this.#held.get(key);
    const stale = known?.entry === entry && known.generation !== knowledge.generation;
    if (stale && later !== null) this.#renewLater(known, knowledge);
    const held = stale && later !== null ? known : this.hold(entry, knowledge, device);
    held.used = true;
    return held;
  }

  #renewLater(held: Held, knowledge: Knowledge): void {
    const { later } = this.#dependencies;
    const { key } = held;
    if (later === null || held.renewing || held.generation === knowledge.generation) return;
    held.renewing = true;
    later(() => {
      if (this.#held.get(key) !== held) return;
      try {
        this.#make(key, held.entry, knowledge, held.device);
      } catch {
        // Nothing is left to serve: the next fetch is told.
        this.#held.delete(key);
      }
    });
  }

  /** The plan of these models, made now where there is none. */
  hold(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const key = stateKey(entry.tag, classOf(device));
    const known = this.#held.get(key);
    if (known !== undefined && known.entry === entry && known.generation === knowledge.generation)
      return known;
    return this.#make(key, entry, knowledge, device);
  }

  #make(key: string, entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const { options, seed, onEvent } = this.#dependencies;
    const deviceClass = classOf(device);
    const state = this.stateOf(key, entry.revision);
    const { variants, excluded } = candidatesOf(entry, knowledge.generation, device, state);
    const first = isFirst(knowledge.models.calls[entry.tag], deviceClass, options);
    const plan = makePlan({
      first,
      evaluation: evaluate(knowledge.models, knowledge.ranks, entry.tag, entry.nodes, variants, deviceClass),
      excluded,
      incumbent: state.rollout?.challenger ?? state.champion,
      options,
      issued: (choice) => state.issued[choiceKey(choice)] ?? 0,
      key: `${seed}\n${key}\n${knowledge.generation}`,
    });
    if (plan.reason === 'predicted') {
      const step = advanceRollout(state, {
        candidates: plan.evaluation.candidates,
        best: plan.best,
        calls: knowledge.models.calls[entry.tag]?.[deviceClass] ?? {},
        generation: knowledge.generation,
        options,
      });
      state.champion = step.champion;
      state.rollout = step.rollout;
      state.bans = step.bans;
      if (step.events.length > 0) this.changed.add(key);
      for (const event of step.events) onEvent({ tag: entry.tag, deviceClass, event });
    }
    const shares = baseShares(plan, state);
    const held: Held = {
      key,
      generation: knowledge.generation,
      entry,
      device,
      used: false,
      renewing: false,
      plan,
      state,
      shares,
      first,
      pending: pendingTrials(plan.trials, shares[0]!.candidate, options),
      assigned: new Map(),
    };
    keep(this.#held, key, held);
    return held;
  }

  /** The state of a class, begun where there is none. */
  stateOf(key: string, revision: number): ClassState {
    const state = this.#states.get(key) ?? newClassState(revision);
    if (state.revision !== revision) {
      state.revision = revision;
      state.issued = {};
    }
    keep(this.#states, key, state);
    return state;
  }
}

/** Sets and moves to the end; forgets the oldest beyond the bound. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > STATES_KEPT) map.delete(map.keys().next().value!);
}
