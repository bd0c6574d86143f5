// Decides what each device gets. Holds the plans of the current models, which trials were handed out, and which
// variant is in place; knows nothing of databases or HTTP.

import type { Cause, Reason, Variant } from '@everypath/schema';
import { SelectorError } from '../errors.ts';
import type { IsaRanks } from '../model/cold-prior.ts';
import type { Models } from '../model/fit.ts';
import { keyedRandom } from '../random.ts';
import { type FunctionEntry, overrideFor } from '../registry/function-entry.ts';
import { type DeviceView, eligibleVariants, runsOn } from './eligible.ts';
import { type Choice, evaluate } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';
import { drawExploration, drawTrial, makePlan, type Plan } from './plan.ts';

/** The models and what they were fitted beside; replaced as a whole. */
export interface Knowledge {
  readonly models: Models;
  readonly ranks: IsaRanks;
  /** Counts the fits that saw new samples: the decision epoch. */
  readonly generation: number;
}

export interface Ask {
  readonly device: DeviceView;
  /** Hash of the device's id. */
  readonly deviceId: string;
  readonly variant?: string | undefined;
  readonly explore: boolean;
  readonly bench: boolean;
}

export interface Answer {
  readonly variant: Variant;
  readonly reason: Reason;
  readonly cause: Cause;
  /** Probability with which the policy serves this variant to this device; 1 where it has no say. */
  readonly propensity: number;
  readonly predictedNs: number | null;
}

interface Held {
  readonly knowledge: Knowledge;
  readonly entry: FunctionEntry;
  readonly plan: Plan;
  /** Turn in the plan's queue of trials. */
  next: number;
  /** Devices that were handed something that only the order of arrival determines. */
  readonly assigned: Map<string, Answer>;
}

/** Function and class pairs whose state is kept; the oldest go first. */
const PLANS_KEPT = 20_000;

export class Policy {
  readonly #options: PolicyOptions;
  readonly #seed: string;
  readonly #held = new Map<string, Held>();
  readonly #incumbents = new Map<string, string>();
  readonly #issued = new Map<string, Map<string, number>>();

  constructor(options: PolicyOptions, seed: string) {
    this.#options = options;
    this.#seed = seed;
  }

  /** Decides, and takes note of what was handed out. */
  decide(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer {
    const told = this.told(entry, knowledge, ask);
    if (told !== null) return told;
    const held = this.#hold(entry, knowledge, ask.device);
    const answer = this.#draw(held, entry.tag, ask);
    return ask.bench ? { ...answer, cause: 'bench' } : answer;
  }

  /** The plan by which devices of this class are served. */
  plan(
    entry: FunctionEntry,
    knowledge: Knowledge,
    device: DeviceView,
  ): { readonly plan: Plan; readonly next: number } {
    return this.#hold(entry, knowledge, device);
  }

  /** The answer where the policy has no say: a variant that the caller forces or the registry pins. */
  told(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer | null {
    const answer = (variant: Variant, reason: Reason): Answer => {
      const nodes = entry.programs.get(variant.id)?.nodes ?? entry.nodes;
      const deviceClass = ask.device.classPath.at(-1) ?? ask.device.target;
      const { candidates, known } = evaluate(
        knowledge.models,
        knowledge.ranks,
        entry.tag,
        nodes,
        [variant],
        deviceClass,
      );
      const predictedNs = known ? Math.exp(candidates[0]!.logNs) : null;
      return { variant, reason, cause: ask.bench ? 'bench' : 'forced', propensity: 1, predictedNs };
    };
    if (ask.variant !== undefined) {
      const program = entry.programs.get(ask.variant);
      if (program === undefined) {
        throw new SelectorError('EP_VARIANT_NOT_FOUND', `${entry.tag} has no variant ${ask.variant}`);
      }
      if (!runsOn(program.variant, ask.device)) {
        const { target, isaLevel } = program.variant;
        throw new SelectorError(
          'EP_VARIANT_DOES_NOT_RUN',
          `variant ${ask.variant} needs ${target} at ${isaLevel}, the device is ${ask.device.target} at ${ask.device.isaLevel}`,
        );
      }
      return answer(program.variant, 'forced');
    }
    const usable = entry.overrides.filter((each) => {
      const program = entry.programs.get(each.variant);
      return program !== undefined && runsOn(program.variant, ask.device);
    });
    const pin = overrideFor(usable, ask.device.classPath);
    return pin === null ? null : answer(entry.programs.get(pin.variant)!.variant, 'pinned');
  }

  #hold(entry: FunctionEntry, knowledge: Knowledge, device: DeviceView): Held {
    const deviceClass = device.classPath.at(-1) ?? device.target;
    const key = `${entry.tag}\n${deviceClass}`;
    const known = this.#held.get(key);
    if (known !== undefined && known.entry === entry && known.knowledge.generation === knowledge.generation)
      return known;

    const { variants, excluded } = eligibleVariants(entry.variants, device);
    if (variants.length === 0) {
      const why = excluded[0] === undefined ? `none is compiled for ${device.target}` : excluded[0].why;
      throw new SelectorError(
        'EP_NO_VARIANT_FOR_DEVICE',
        `${entry.tag} has no variant for this device: ${why}`,
      );
    }
    const issued = this.#issuedFor(`${key}\n${entry.revision}`);
    const plan = makePlan({
      evaluation: evaluate(knowledge.models, knowledge.ranks, entry.tag, entry.nodes, variants, deviceClass),
      excluded,
      incumbent: this.#incumbents.get(key) ?? null,
      options: this.#options,
      issued: (choice) => issued.get(choiceKey(choice)) ?? 0,
      key: `${this.#seed}\n${key}\n${knowledge.generation}`,
    });
    if (plan.reason === 'predicted') keep(this.#incumbents, key, plan.best.variant.id);
    const held: Held = { knowledge, entry, plan, next: 0, assigned: new Map() };
    keep(this.#held, key, held);
    return held;
  }

  #issuedFor(key: string): Map<string, number> {
    const known = this.#issued.get(key) ?? new Map<string, number>();
    keep(this.#issued, key, known);
    return known;
  }

  #draw(held: Held, tag: string, ask: Ask): Answer {
    const { plan, assigned } = held;
    const sure: Answer = toAnswer(plan, { candidate: plan.best, reason: plan.reason, propensity: 1 });
    // A benchmark's calls teach nothing, so it gets no trial.
    if (!ask.explore || ask.bench) return sure;
    const before = assigned.get(ask.deviceId);
    if (before !== undefined) return before;
    const random = keyedRandom(`${this.#seed}\n${tag}\n${ask.deviceId}\n${held.knowledge.generation}`);

    // The first device that asks about something nobody has run gets the most sensible guess, and that tries it.
    if (plan.reason === 'cold' && assigned.size === 0) {
      this.#note(held, ask, plan.best.choices);
      if (plan.trials[held.next]?.candidate === plan.best) held.next += 1;
      assigned.set(ask.deviceId, sure);
      return sure;
    }
    const trial = plan.trials[held.next];
    if (trial === undefined) return toAnswer(plan, drawExploration(plan, random));
    const drawn = drawTrial(plan, held.next, this.#options, random);
    if (!drawn.served) return toAnswer(plan, drawn);
    held.next += 1;
    this.#note(held, ask, trial.tries);
    const answer = toAnswer(plan, drawn);
    assigned.set(ask.deviceId, answer);
    return answer;
  }

  #note(held: Held, ask: Ask, tries: readonly Choice[]): void {
    const deviceClass = ask.device.classPath.at(-1) ?? ask.device.target;
    const issued = this.#issuedFor(`${held.entry.tag}\n${deviceClass}\n${held.entry.revision}`);
    for (const choice of tries) issued.set(choiceKey(choice), (issued.get(choiceKey(choice)) ?? 0) + 1);
  }
}

const choiceKey = (choice: Choice): string => `${choice.node.index}\n${choice.operatorVariant}`;

function toAnswer(plan: Plan, draw: ReturnType<typeof drawExploration>): Answer {
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
  if (map.size > PLANS_KEPT) map.delete(map.keys().next().value!);
}
