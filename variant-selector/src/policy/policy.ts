// Decides what each device gets. Holds the plans of the current models and what is remembered of each class; knows
// nothing of databases or HTTP.

import { keyedRandom } from '../random.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import { candidatesOf } from './candidates.ts';
import { type ClassState, newClassState } from './class-state.ts';
import { type Answer, type Ask, classOf, type Knowledge } from './decision.ts';
import { baseShares, drawServed, type Served } from './draw.ts';
import type { DeviceView } from './eligible.ts';
import { type Choice, evaluate } from './evaluate.ts';
import { isFirst } from './harm-budget.ts';
import type { PolicyOptions } from './options.ts';
import { makePlan, type Plan } from './plan.ts';
import { advanceRollout, type RolloutEvent } from './rollout.ts';
import { spareFor } from './spare.ts';
import { toldAnswer } from './told.ts';
import type { Trial } from './trials.ts';

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
  readonly pending: readonly Trial[];
  readonly shares: readonly Served[];
  /** No other class can teach this one. */
  readonly first: boolean;
}

interface Held extends Standing {
  readonly generation: number;
  readonly entry: FunctionEntry;
  readonly state: ClassState;
  pending: Trial[];
  /** Devices that were handed something that only the order of arrival determines. */
  readonly assigned: Map<string, Answer>;
}

/** Function and class pairs whose state is kept; the oldest go first. */
const STATES_KEPT = 20_000;
const DEVICES_COUNTED = 8;

export const stateKey = (tag: string, deviceClass: string): string => `${tag}\n${deviceClass}`;

export class Policy {
  readonly #options: PolicyOptions;
  readonly #seed: string;
  readonly #onEvent: (event: PolicyEvent) => void;
  readonly #held = new Map<string, Held>();
  readonly #states = new Map<string, ClassState>();
  readonly #changed = new Set<string>();

  constructor(options: PolicyOptions, seed: string, onEvent: (event: PolicyEvent) => void = () => {}) {
    this.#options = options;
    this.#seed = seed;
    this.#onEvent = onEvent;
  }

  /** Decides, and takes note of what was handed out. */
  decide(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer {
    const told = this.told(entry, knowledge, ask);
    if (told !== null) return told;
    const held = this.#hold(entry, knowledge, ask.device);
    const drawn = this.#draw(held, ask);
    const spare = spareFor(held.plan, held.state, drawn, ask.deviceId);
    const answer =
      spare === null
        ? drawn
        : toAnswer(held.plan, { candidate: spare, reason: held.plan.reason, propensity: 1 });
    return ask.bench ? { ...answer, cause: 'bench' } : answer;
  }

  /** What devices of this class are served, and why. */
  standing(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Standing {
    return this.#hold(entry, knowledge, device);
  }

  /** The plan by which devices of this class are served. */
  plan(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): { readonly plan: Plan } {
    return this.#hold(entry, knowledge, device);
  }

  /** The answer where the policy has no say: a variant that the caller forces or the registry pins. */
  told(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer | null {
    return toldAnswer(entry, knowledge, ask);
  }

  /** Takes a device's word that a variant crashed; says whether the class is served it no more. */
  reportCrash(entry: FunctionEntry, deviceClass: string, variant: string, device: string): boolean {
    const key = stateKey(entry.tag, deviceClass);
    const state = this.#stateOf(key, entry.revision);
    const devices = state.crashed[variant] ?? [];
    if (devices.includes(device)) return false;
    const now = [...devices, device].slice(-64);
    state.crashed[variant] = now;
    this.#changed.add(key);
    const { crashDevices, crashShare } = this.#options;
    const enough = Math.max(crashDevices, crashShare * (state.served[variant] ?? 0));
    if (now.length < enough || state.bans.some((ban) => ban.variant === variant && ban.until === null))
      return false;
    state.bans = [...state.bans, { variant, why: 'crashes', until: null }];
    const before = state.champion;
    if (state.champion === variant) state.champion = null;
    if (state.rollout?.challenger === variant) state.rollout = null;
    this.#held.delete(key);
    this.#onEvent({
      tag: entry.tag,
      deviceClass,
      event: { kind: 'rolled-back', variant, to: before === variant ? '' : (before ?? ''), why: 'crashes' },
    });
    return true;
  }

  /** Takes up what another process remembered. */
  restore(states: Iterable<readonly [string, ClassState]>): void {
    for (const [key, state] of states) keep(this.#states, key, state);
  }

  /** What changed since the last call, to be stored. */
  takeChanged(): readonly (readonly [string, ClassState])[] {
    const taken = [...this.#changed].flatMap((key) => {
      const state = this.#states.get(key);
      return state === undefined ? [] : [[key, state] as const];
    });
    this.#changed.clear();
    return taken;
  }

  /** Puts back what could not be stored. */
  returnChanged(keys: Iterable<string>): void {
    for (const key of keys) this.#changed.add(key);
  }

  #hold(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const deviceClass = classOf(device);
    const key = stateKey(entry.tag, deviceClass);
    const known = this.#held.get(key);
    if (known !== undefined && known.entry === entry && known.generation === knowledge.generation)
      return known;

    const state = this.#stateOf(key, entry.revision);
    const { variants, excluded } = candidatesOf(entry, knowledge.generation, device, state);
    const first = isFirst(knowledge.models.calls[entry.tag], deviceClass, this.#options);
    const plan = makePlan({
      first,
      evaluation: evaluate(knowledge.models, knowledge.ranks, entry.tag, entry.nodes, variants, deviceClass),
      excluded,
      incumbent: state.rollout?.challenger ?? state.champion,
      options: this.#options,
      issued: (choice) => state.issued[choiceKey(choice)] ?? 0,
      key: `${this.#seed}\n${key}\n${knowledge.generation}`,
    });
    if (plan.reason === 'predicted') {
      const step = advanceRollout(state, {
        candidates: plan.evaluation.candidates,
        best: plan.best,
        calls: knowledge.models.calls[entry.tag]?.[deviceClass] ?? {},
        generation: knowledge.generation,
        options: this.#options,
      });
      state.champion = step.champion;
      state.rollout = step.rollout;
      state.bans = step.bans;
      if (step.events.length > 0) this.#changed.add(key);
      for (const event of step.events) this.#onEvent({ tag: entry.tag, deviceClass, event });
    }
    const held: Held = {
      generation: knowledge.generation,
      entry,
      plan,
      state,
      shares: baseShares(plan, state),
      first,
      pending: [...plan.trials],
      assigned: new Map(),
    };
    keep(this.#held, key, held);
    return held;
  }

  #stateOf(key: string, revision: number): ClassState {
    const state = this.#states.get(key) ?? newClassState(revision);
    if (state.revision !== revision) {
      state.revision = revision;
      state.issued = {};
    }
    keep(this.#states, key, state);
    return state;
  }

  #draw(held: Held, ask: Ask): Answer {
    const { plan, assigned, state, entry } = held;
    const serve = (answer: Answer): Answer => {
      // A benchmark, or a caller that wants no trial, is none of the class's traffic.
      if (ask.bench || !ask.explore) return answer;
      state.fetches += 1;
      state.served[answer.variant.id] = (state.served[answer.variant.id] ?? 0) + 1;
      if (state.devices.length < DEVICES_COUNTED && !state.devices.includes(ask.deviceId))
        state.devices = [...state.devices, ask.deviceId];
      this.#changed.add(stateKey(entry.tag, classOf(ask.device)));
      return answer;
    };
    const before = assigned.get(ask.deviceId);
    if (before !== undefined && ask.explore && !ask.bench) return serve(before);

    // The first device that asks about something nobody has run gets the most sensible guess, and that tries it.
    if (ask.explore && !ask.bench && plan.reason === 'cold' && assigned.size === 0) {
      this.#note(held, plan.best.choices);
      if (held.pending[0]?.candidate === plan.best) held.pending.shift();
      const sure = toAnswer(plan, { candidate: plan.best, reason: plan.reason, propensity: 1 });
      assigned.set(ask.deviceId, sure);
      return serve(sure);
    }
    const drawn = drawServed({
      standing: held,
      options: this.#options,
      // A benchmark's calls teach nothing, so it gets no trial.
      explore: ask.explore && !ask.bench,
      random: () => keyedRandom(`${this.#seed}\n${entry.tag}\n${ask.deviceId}\n${held.generation}`),
      // The same device is in a roll-out from its first share on.
      cohort: (variant) => keyedRandom(`${this.#seed}\n${entry.tag}\n${ask.deviceId}\n${variant}`)(),
    });
    const answer = toAnswer(plan, drawn);
    if (drawn.trial !== null) {
      held.pending.splice(held.pending.indexOf(drawn.trial), 1);
      this.#note(held, drawn.trial.tries);
      assigned.set(ask.deviceId, answer);
    }
    state.harm += drawn.harm;
    if (drawn.reason === 'explore') state.explored += 1;
    return serve(answer);
  }

  #note({ state }: Held, tries: readonly Choice[]): void {
    for (const choice of tries) state.issued[choiceKey(choice)] = (state.issued[choiceKey(choice)] ?? 0) + 1;
  }
}

const choiceKey = (choice: Choice): string => `${choice.node.index}\n${choice.operatorVariant}`;

function toAnswer(
  plan: Plan,
  draw: Pick<ReturnType<typeof drawServed>, 'candidate' | 'reason' | 'propensity'>,
): Answer {
  return {
    variant: draw.candidate.variant,
    reason: draw.reason,
    cause: draw.reason === 'explore' ? 'explore' : 'auto',
    propensity: draw.propensity,
    predictedNs: plan.evaluation.known ? Math.exp(draw.candidate.logNs) : null,
  };
}

/** Sets and moves to the end; forgets the oldest beyond the bound. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > STATES_KEPT) map.delete(map.keys().next().value!);
}
