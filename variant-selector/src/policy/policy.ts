// Decides what each device gets: by the plan of its class, or as the caller or the registry says. Knows nothing of
// databases or HTTP.

import { keyedRandom } from '../random.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import type { ClassState } from './class-state.ts';
import type { Answer, Ask, Knowledge } from './decision.ts';
import { drawServed } from './draw.ts';
import type { DeviceView } from './eligible.ts';
import type { Choice } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { spareFor } from './spare.ts';
import {
  choiceKey,
  type Held,
  type Later,
  type PolicyEvent,
  type Standing,
  Standings,
  stateKey,
} from './standings.ts';
import { toldAnswer } from './told.ts';

/** Devices of a class that are told apart. */
const DEVICES_COUNTED = 8;

export class Policy {
  readonly #options: PolicyOptions;
  readonly #seed: string;
  readonly #onEvent: (event: PolicyEvent) => void;
  readonly #standings: Standings;

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
    this.#standings = new Standings({ options, seed, onEvent, later });
  }

  /** Decides, and takes note of what was handed out. */
  decide(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer {
    const told = this.told(entry, knowledge, ask);
    if (told !== null) return told;
    const held = this.#standings.serving(entry, knowledge, ask.device);
    const drawn = this.#draw(held, ask);
    const spare = spareFor(held.plan, held.state, drawn, ask.deviceId);
    const answer =
      spare === null ? drawn : toAnswer(held, { candidate: spare, reason: held.plan.reason, propensity: 1 });
    return ask.bench ? { ...answer, cause: 'bench' } : answer;
  }

  /** What devices of this class are served, and why. */
  standing(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Standing {
    return this.#standings.hold(entry, knowledge, device);
  }

  /** The plan by which devices of this class are served. */
  plan(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): { readonly plan: Plan } {
    return this.#standings.hold(entry, knowledge, device);
  }

  /** Newer models are there: plans that are used are made anew, later. */
  renew(knowledge: Knowledge): void {
    this.#standings.renew(knowledge);
  }

  /** The answer where the policy has no say: a variant that the caller forces or the registry pins. */
  told(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer | null {
    return toldAnswer(entry, knowledge, ask);
  }

  /** Takes a device's word that a variant crashed; says whether the class is served it no more. */
  reportCrash(entry: FunctionEntry, deviceClass: string, variant: string, device: string): boolean {
    const key = stateKey(entry.tag, deviceClass);
    const state = this.#standings.stateOf(key, entry.revision);
    const devices = state.crashed[variant] ?? [];
    if (devices.includes(device)) return false;
    const now = [...devices, device].slice(-64);
    state.crashed[variant] = now;
    this.#standings.changed.add(key);
    const { crashDevices, crashShare } = this.#options;
    const enough = Math.max(crashDevices, crashShare * (state.served[variant] ?? 0));
    if (now.length < enough || state.bans.some((ban) => ban.variant === variant && ban.until === null))
      return false;
    state.bans = [...state.bans, { variant, why: 'crashes', until: null }];
    const before = state.champion;
    if (state.champion === variant) state.champion = null;
    if (state.rollout?.challenger === variant) state.rollout = null;
    this.#standings.drop(key);
    this.#onEvent({
      tag: entry.tag,
      deviceClass,
      event: { kind: 'rolled-back', variant, to: before === variant ? '' : (before ?? ''), why: 'crashes' },
    });
    return true;
  }

  /** Takes up what another process remembered. */
  restore(states: Iterable<readonly [string, ClassState]>): void {
    for (const [key, state] of states) this.#standings.restore(key, state);
  }

  /** What changed since the last call, to be stored. */
  takeChanged(): readonly (readonly [string, ClassState])[] {
    const taken = [...this.#standings.changed].flatMap((key) => {
      const state = this.#standings.known(key);
      return state === undefined ? [] : [[key, state] as const];
    });
    this.#standings.changed.clear();
    return taken;
  }

  /** Puts back what could not be stored. */
  returnChanged(keys: Iterable<string>): void {
    for (const key of keys) this.#standings.changed.add(key);
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
      this.#standings.changed.add(held.key);
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
