// Decides what each device gets. Holds the plans of the current models and what is remembered of each class; knows
// nothing of databases or HTTP.

import { keyedRandom } from '../random.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import { candidatesOf } from './candidates.ts';
import { type ClassState, newClassState } from './class-state.ts';
import { type Answer, type Ask, classOf, type Knowledge } from './decision.ts';
import { baseShares, drawServed, type PendingTrial, pendingTrials, type Served } from './draw.ts';
import type { DeviceView } from './eligible.ts';
import { type Choice, evaluate } from './evaluate.ts';
import { isFirst } from './harm-budget.ts';
import type { PolicyOptions } from './options.ts';
import { makePlan, type Plan } from './plan.ts';
import { advanceRollout, type RolloutEvent } from './rollout.ts';
import { spareFor } from './spare.ts';
import { toldAnswer } from './told.ts';

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

interface Held extends Standing {
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

/** Function and class pairs whose state is kept; the oldest go first. */
const STATES_KEPT = 20_000;
const DEVICES_COUNTED = 8;

/** Takes work that may wait a little. */
export type Later = (work: () => void) => void;

export const stateKey = (tag: string, deviceClass: string): string => `${tag}\n${deviceClass}`;

export class Policy {
  readonly #options: PolicyOptions;
  readonly #seed: string;
  readonly #onEvent: (event: PolicyEvent) => void;
  readonly #later: Later | null;
  readonly #held = new Map<string, Held>();
  readonly #states = new Map<string, ClassState>();
  readonly #changed = new Set<string>();

  /**
   * `later` makes the plans of newer models; until then the class is served by the plan it has. Without it the first
   * fetch after a fit waits for its plan.
   */
  constructor(
    options: PolicyOptions,
    seed: string,
    onEvent: (event: PolicyEvent) => void = () => {},
    later: Later | null = null,
  ) {
    this.#options = options;
    this.#seed = seed;
    this.#onEvent = onEvent;
    this.#later = later;
  }

  /** Decides, and takes note of what was handed out. */
  decide(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer {
    const told = this.told(entry, knowledge, ask);
    if (told !== null) return told;
    const held = this.#serving(entry, knowledge, ask.device);
    const drawn = this.#draw(held, ask);
    const spare = spareFor(held.plan, held.state, drawn, ask.deviceId);
    const answer =
      spare === null ? drawn : toAnswer(held, { candidate: spare, reason: held.plan.reason, propensity: 1 });
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

  /** Has the plans by which anyone was served made anew, later, from newer models. */
  renew(knowledge: Knowledge): void {
    for (const [key, held] of this.#held) if (held.used) this.#renewLater(key, held, knowledge);
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

  /** What to serve by now: a plan of older models while that of the newest is being made. */
  #serving(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const key = stateKey(entry.tag, classOf(device));
    const known = this.#held.get(key);
    const stale = known?.entry === entry && known.generation !== knowledge.generation;
    if (stale && this.#later !== null) this.#renewLater(key, known, knowledge);
    const held = stale && this.#later !== null ? known : this.#hold(entry, knowledge, device);
    held.used = true;
    return held;
  }

  #renewLater(key: string, held: Held, knowledge: Knowledge): void {
    if (this.#later === null || held.renewing || held.generation === knowledge.generation) return;
    held.renewing = true;
    this.#later(() => {
      if (this.#held.get(key) !== held) return;
      try {
        this.#make(key, held.entry, knowledge, held.device);
      } catch {
        // Nothing is left to serve: the next fetch is told.
        this.#held.delete(key);
      }
    });
  }

  #hold(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const key = stateKey(entry.tag, classOf(device));
    const known = this.#held.get(key);
    if (known !== undefined && known.entry === entry && known.generation === knowledge.generation)
      return known;
    return this.#make(key, entry, knowledge, device);
  }

  #make(key: string, entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const deviceClass = classOf(device);
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
      pending: pendingTrials(plan.trials, shares[0]!.candidate, this.#options),
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
      this.#changed.add(held.key);
      return answer;
    };
    const before = assigned.get(ask.deviceId);
    if (before !== undefined && ask.explore && !ask.bench) return serve(before);

    // The first device that asks about something nobody has run gets the most sensible guess, and that tries it.
    if (ask.explore && !ask.bench && plan.reason === 'cold' && assigned.size === 0) {
      this.#note(held, plan.best.choices);
      if (held.pending[0]?.candidate === plan.best) held.pending.shift();
      const sure = toAnswer(held, { candidate: plan.best, reason: plan.reason, propensity: 1 });
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
    const answer = toAnswer(held, drawn);
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
  { plan, generation }: Pick<Held, 'plan' | 'generation'>,
  draw: Pick<ReturnType<typeof drawServed>, 'candidate' | 'reason' | 'propensity'>,
): Answer {
  return {
    variant: draw.candidate.variant,
    reason: draw.reason,
    cause: draw.reason === 'explore' ? 'explore' : 'auto',
    propensity: draw.propensity,
    predictedNs: plan.evaluation.known ? Math.exp(draw.candidate.logNs) : null,
    generation,
  };
}

/** Sets and moves to the end; forgets the oldest beyond the bound. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > STATES_KEPT) map.delete(map.keys().next().value!);
}
