// Answers where the policy has no say: a variant that the caller forces or the registry pins, unless it is switched off.

import type { Reason, Variant } from '@everypath/schema';
import { SelectorError } from '../errors.ts';
import { type FunctionEntry, overrideFor } from '../registry/function-entry.ts';
import { type Answer, type Ask, classOf, type Knowledge } from './decision.ts';
import { lackOf, runsOn } from './eligible.ts';
import { evaluate } from './evaluate.ts';
import { type Kill, killFor } from './kill.ts';

/** The forced or pinned variant; null: the policy decides. Throws when what is forced cannot be served. */
export function toldAnswer(entry: FunctionEntry, knowledge: Knowledge, ask: Ask): Answer | null {
  if (ask.variant !== undefined) return forced(entry, knowledge, ask, ask.variant);
  if (entry.overrides.length === 0) return null;
  const usable = entry.overrides.filter((each) => {
    const program = entry.programs.get(each.variant);
    return (
      program !== undefined &&
      runsOn(program.variant, ask.device) &&
      killOf(entry, ask, program.variant) === null
    );
  });
  const pin = overrideFor(usable, ask.device.classPath);
  return pin === null
    ? null
    : answer(entry, knowledge, ask, entry.programs.get(pin.variant)!.variant, 'pinned');
}

function forced(entry: FunctionEntry, knowledge: Knowledge, ask: Ask, id: string): Answer {
  const program = entry.programs.get(id);
  if (program === undefined)
    throw new SelectorError('EP_VARIANT_NOT_FOUND', `${entry.tag} has no variant ${id}`);
  if (!runsOn(program.variant, ask.device)) {
    const { target } = program.variant;
    const why =
      target === ask.device.target
        ? lackOf(program.variant, ask.device)
        : `is for ${target}, the device is ${ask.device.target}`;
    throw new SelectorError('EP_VARIANT_DOES_NOT_RUN', `variant ${id} ${why}`);
  }
  const kill = killOf(entry, ask, program.variant);
  if (kill !== null) {
    const why = kill.note ? `: ${kill.note}` : '';
    throw new SelectorError('EP_VARIANT_KILLED', `variant ${id} is switched off${why}`);
  }
  return answer(entry, knowledge, ask, program.variant, 'forced');
}

const nodesOf = (entry: FunctionEntry, variant: Variant) =>
  entry.programs.get(variant.id)?.nodes ?? entry.nodes;

const killOf = (entry: FunctionEntry, ask: Ask, variant: Variant): Kill | null =>
  killFor(entry.kills ?? [], entry.tag, variant, nodesOf(entry, variant), ask.device);

function answer(
  entry: FunctionEntry,
  { models, ranks, generation }: Knowledge,
  ask: Ask,
  variant: Variant,
  reason: Reason,
): Answer {
  const nodes = nodesOf(entry, variant);
  const { candidates, known } = evaluate(models, ranks, entry.tag, nodes, [variant], classOf(ask.device));
  const predictedNs = known ? Math.exp(candidates[0]!.logNs) : null;
  return { variant, reason, cause: ask.bench ? 'bench' : 'forced', propensity: 1, predictedNs, generation };
}
