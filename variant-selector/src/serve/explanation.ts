// Says why a device of some class is served what it is served: every candidate with its figures, what they rest on,
// what is left out, and what is still being tried. Looks only: explaining changes no decision.

import { reasonSchema } from '@everypath/schema';
import { z } from '@hono/zod-openapi';
import type { Models } from '../model/fit.ts';
import { EVERYWHERE, familyKey } from '../model/observation.ts';
import { restsOn } from '../model/rests-on.ts';
import type { Ask, Knowledge } from '../policy/decision.ts';
import type { Candidate } from '../policy/evaluate.ts';
import { harmLeft } from '../policy/harm-budget.ts';
import type { PolicyOptions } from '../policy/options.ts';
import type { Plan } from '../policy/plan.ts';
import type { Policy } from '../policy/policy.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import { changeSchema, whatWouldChange } from './what-would-change.ts';

const ns = z.number().nullable();

export const explanationSchema = z.object({
  tag: z.string(),
  deviceClass: z.string(),
  /** The variant served unless something is being tried. */
  chosen: z.string(),
  reason: reasonSchema,
  summary: z.string(),
  /** Generation of the models that this rests on. */
  generation: z.number(),
  /** Fastest first. Figures are null where nothing was ever measured. */
  candidates: z.array(
    z.object({
      variant: z.string(),
      path: z.array(z.string()),
      isaLevel: z.string(),
      predictedNs: ns,
      interval90Ns: z.tuple([z.number(), z.number()]).nullable(),
      /** Whole calls of this variant, measured in this class. */
      samples: z.number(),
      /** Chance of being served to the next device. */
      propensity: z.number(),
      nodes: z.array(
        z.object({
          node: z.number(),
          operator: z.string(),
          operatorVariant: z.string(),
          predictedNs: ns,
          /** Standard deviation of the prediction's logarithm. */
          sd: z.number(),
          samples: z.number(),
          sessions: z.number(),
          devices: z.number(),
          /** The cell that the samples come from: the device's class, one around it, or null when there are none. */
          fromClass: z.string().nullable(),
        }),
      ),
    }),
  ),
  excluded: z.array(z.object({ variant: z.string(), why: z.string() })),
  correction: z.object({
    overheadNs: z.number(),
    calls: z.number(),
    /** Log factor on the sum of nodes, inherited from the classes in `fromClass` where this one measured no calls. */
    factor: z.number(),
    fromClass: z.string().nullable(),
  }),
  /** Classes whose samples the chosen variant's nodes rest on, where the class's own are missing. */
  neighbours: z.array(z.string()),
  /** By node of the chosen variant, in shares: the class's own samples, the cells around it, and alike classes. */
  restsOn: z.array(
    z.object({
      node: z.number(),
      operatorVariant: z.string(),
      own: z.number(),
      inherited: z.number(),
      neighbours: z.array(z.object({ deviceClass: z.string(), weight: z.number() })),
    }),
  ),
  wouldChange: z.array(changeSchema),
  /** What is in place, and what is on its way. */
  rollout: z.object({
    champion: z.string().nullable(),
    challenger: z.string().nullable(),
    share: z.number(),
    withdrawn: z.array(z.object({ variant: z.string(), why: z.string() })),
  }),
  /** What exploring has cost this class, and may still cost. */
  budget: z.object({
    fetches: z.number(),
    explored: z.number(),
    expectedHarm: z.number(),
    harmLeft: z.number(),
  }),
  exploration: z.object({
    /** trials: operator variants are still to be tried; sampling: now and then; settled: not at all. */
    phase: z.enum(['trials', 'sampling', 'settled', 'none']),
    share: z.number(),
    trials: z.array(
      z.object({
        variant: z.string(),
        tries: z.array(z.object({ node: z.number(), operatorVariant: z.string() })),
      }),
    ),
  }),
});
export type Explanation = z.output<typeof explanationSchema>;

/** Explains what `ask` would be answered with. */
export function explain(
  policy: Policy,
  options: PolicyOptions,
  entry: FunctionEntry,
  knowledge: Knowledge,
  ask: Ask,
): Explanation {
  const { plan, pending, shares, state, first } = policy.standing(entry, knowledge, ask.device);
  const told = policy.told(entry, knowledge, ask);
  const exploring = told === null && ask.explore && !ask.bench;
  const trials = exploring ? pending : [];
  const share = !exploring ? 0 : trials.length > 0 ? options.trialShare : plan.exploreShare;
  const chosen = told?.variant.id ?? shares[0]!.candidate.variant.id;
  const served = plan.evaluation.candidates.find((candidate) => candidate.variant.id === chosen) ?? plan.best;
  const reason = told?.reason ?? plan.reason;
  const deviceClass = ask.device.classPath.at(-1) ?? ask.device.target;
  const chance = (candidate: Candidate): number => {
    if (told !== null) return candidate.variant.id === chosen ? 1 : 0;
    const base = shares.find((each) => each.candidate === candidate)?.share ?? 0;
    const stay = base * (1 - share);
    if (share === 0) return stay;
    if (trials.length > 0) {
      return stay + (share * trials.filter((trial) => trial.candidate === candidate).length) / trials.length;
    }
    const win = plan.contenders.find((each) => each.candidate === candidate)?.win ?? 0;
    return stay + (share * win) / plan.uncertainty;
  };
  return {
    tag: entry.tag,
    deviceClass,
    chosen,
    reason,
    summary: summarize(plan, reason, chosen, trials.length, share),
    generation: knowledge.generation,
    candidates: plan.evaluation.candidates
      .map((candidate) => describeCandidate(candidate, plan.evaluation.known, chance(candidate)))
      .sort((a, b) => a.logNs - b.logNs)
      .map(({ logNs: _, ...rest }) => rest),
    excluded: [...plan.excluded],
    correction: {
      overheadNs: plan.evaluation.correction.overheadNs,
      calls: plan.evaluation.correction.calls,
      factor: plan.evaluation.correction.factor,
      fromClass: plan.evaluation.inheritedFrom,
    },
    neighbours: neighboursOf(knowledge.models, served),
    restsOn: sharesOf(knowledge.models, served, deviceClass),
    wouldChange:
      told === null
        ? whatWouldChange(served, plan.evaluation.candidates, plan.evaluation.known, options)
        : [],
    rollout: {
      champion: state.champion,
      challenger: state.rollout?.challenger ?? null,
      share: state.rollout?.share ?? 0,
      withdrawn: state.bans.map(({ variant, why }) => ({ variant, why })),
    },
    budget: {
      fetches: state.fetches,
      explored: state.explored,
      expectedHarm: state.harm,
      harmLeft: harmLeft(state, first, options),
    },
    exploration: {
      phase: !exploring ? 'none' : trials.length > 0 ? 'trials' : share > 0 ? 'sampling' : 'settled',
      share,
      trials: trials.map((trial) => ({
        variant: trial.candidate.variant.id,
        tries: trial.tries.map(({ node, operatorVariant }) => ({ node: node.index, operatorVariant })),
      })),
    },
  };
}

const NEIGHBOURS = 12;

/** Finest classes inside the cells that the variant's nodes take their samples from. */
function neighboursOf(models: Models, candidate: Candidate): string[] {
  const found = new Set<string>();
  for (const { node, operatorVariant, prediction } of candidate.choices) {
    const { fromClass, tried } = prediction;
    if (tried || fromClass === null) continue;
    const family = models.families[familyKey(node.operator, node.specialization)];
    for (const cell of Object.keys(family?.variants[operatorVariant]?.evidence ?? {}))
      if (cell.split('/').length === 4 && (fromClass === EVERYWHERE || cell.startsWith(`${fromClass}/`)))
        found.add(cell);
  }
  return [...found].sort().slice(0, NEIGHBOURS);
}

function sharesOf(models: Models, candidate: Candidate, deviceClass: string): Explanation['restsOn'] {
  return candidate.choices.flatMap(({ node, operatorVariant }) => {
    const family = models.families[familyKey(node.operator, node.specialization)];
    if (family === undefined) return [];
    const { own, inherited, neighbours } = restsOn(models, family, operatorVariant, deviceClass);
    const shown = neighbours.slice(0, NEIGHBOURS).map((each) => ({ ...each }));
    return [{ node: node.index, operatorVariant, own, inherited, neighbours: shown }];
  });
}

function describeCandidate(candidate: Candidate, known: boolean, propensity: number) {
  const reach = 1.645 * Math.sqrt(candidate.variance);
  const interval: [number, number] = [Math.exp(candidate.logNs - reach), Math.exp(candidate.logNs + reach)];
  return {
    logNs: candidate.logNs,
    variant: candidate.variant.id,
    path: [...candidate.variant.path],
    isaLevel: candidate.variant.isaLevel,
    predictedNs: known ? Math.exp(candidate.logNs) : null,
    interval90Ns: known ? interval : null,
    samples: candidate.calls,
    propensity,
    nodes: candidate.choices.map(({ node, operatorVariant, prediction }) => ({
      node: node.index,
      operator: node.operator,
      operatorVariant,
      predictedNs: prediction.known ? Math.exp(prediction.logNs) : null,
      sd: Math.sqrt(prediction.variance),
      samples: prediction.samples,
      sessions: prediction.sessions,
      devices: prediction.devices,
      fromClass: prediction.fromClass,
    })),
  };
}

function summarize(
  plan: Plan,
  reason: Explanation['reason'],
  chosen: string,
  trials: number,
  share: number,
): string {
  const count = plan.evaluation.candidates.length;
  const of = count === 1 ? 'the only variant that runs here' : `one of ${count} variants that run here`;
  const percent = `${Math.round(share * 100)} %`;
  const why = {
    forced: 'it was asked for',
    pinned: 'the registry pins it',
    cold: 'nothing was measured yet: it is the guess from instruction sets and names',
    predicted: 'it is predicted fastest',
    explore: 'it is being tried',
  }[reason];
  const exploring =
    trials > 0
      ? ` Still to try: ${trials}; up to ${percent} of fetches do.`
      : share > 0
        ? ` ${percent} of fetches try another one.`
        : '';
  return `${chosen} is served, ${of}: ${why}.${exploring}`;
}
