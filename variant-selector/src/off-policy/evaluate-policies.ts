// Holds the decisions of one function against policies it did not follow: each single variant, the fastest by today's
// models, and a choice at random. The outcome of a decision is what its class reported of the variant.

import { librariesOfClass } from '@everypath/schema';
import type { IsaRanks } from '../model/cold-prior.ts';
import type { Models } from '../model/fit.ts';
import { eligibleVariants } from '../policy/eligible.ts';
import { type Evaluation, evaluate } from '../policy/evaluate.ts';
import type { Decision } from '../registry/decision-store.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import { estimateOffPolicy, type LoggedOutcome, type OffPolicyEstimate } from './estimate.ts';
import type { CallOutcome } from './outcome-store.ts';

export interface PolicyEstimate extends OffPolicyEstimate {
  readonly policy: string;
}

/** Variants served most, as many policies besides. */
const SINGLES = 5;

/** The chance with which a policy serves each candidate, by variant. */
type Chances = (deviceClass: string, evaluation: Evaluation) => ReadonlyMap<string, number>;

/** Estimates of all policies; empty when no decision's outcome is known. */
export function evaluatePolicies(
  entry: FunctionEntry,
  models: Models,
  ranks: IsaRanks,
  decisions: readonly Decision[],
  outcomes: readonly CallOutcome[],
): readonly PolicyEstimate[] {
  const known = new Map(outcomes.map((each) => [outcomeKey(each), each.logNs]));
  const free = decisions.filter((each) => each.cause === 'auto' || each.cause === 'explore');
  const served = Map.groupBy(free, (each) => each.variant);
  const singles = [...served].sort((a, b) => b[1].length - a[1].length).slice(0, SINGLES);
  const policies: readonly (readonly [string, Chances])[] = [
    ['fastest by the models', (_, { candidates }) => only(fastest(candidates))],
    [
      'random',
      (_, { candidates }) => new Map(candidates.map(({ variant }) => [variant.id, 1 / candidates.length])),
    ],
    ...singles.map(([variant]): readonly [string, Chances] => [
      `always ${variant}`,
      (_, { candidates }) =>
        // Where it does not run, what would be served is what was.
        only(candidates.some((each) => each.variant.id === variant) ? variant : fastest(candidates)),
    ]),
  ];
  const evaluations = new Map<string, Evaluation>();
  const evaluationOf = (deviceClass: string): Evaluation => {
    const held = evaluations.get(deviceClass);
    if (held !== undefined) return held;
    const [target, isaLevel] = deviceClass.split('/');
    const { variants } = eligibleVariants(entry.variants, {
      target: target as never,
      isaLevel: isaLevel as never,
      libraries: librariesOfClass(deviceClass),
      classPath: [deviceClass],
    });
    const made = evaluate(models, ranks, entry.tag, entry.nodes, variants, deviceClass);
    evaluations.set(deviceClass, made);
    return made;
  };
  return policies.flatMap(([policy, chancesOf]) => {
    const logged = free.flatMap((decision): readonly LoggedOutcome[] => {
      const logNs = known.get(outcomeKey(decision));
      if (logNs === undefined) return [];
      const evaluation = evaluationOf(decision.deviceClass);
      const modelled = evaluation.candidates.find((each) => each.variant.id === decision.variant);
      if (modelled === undefined) return [];
      const chances = chancesOf(decision.deviceClass, evaluation);
      let modelledTarget = 0;
      for (const candidate of evaluation.candidates)
        modelledTarget += (chances.get(candidate.variant.id) ?? 0) * candidate.logNs;
      return [
        {
          device: decision.device,
          logNs,
          propensity: decision.propensity,
          target: chances.get(decision.variant) ?? 0,
          modelled: modelled.logNs,
          modelledTarget,
        },
      ];
    });
    const estimate = estimateOffPolicy(logged);
    return estimate === null ? [] : [{ policy, ...estimate }];
  });
}

const only = (variant: string): ReadonlyMap<string, number> => new Map([[variant, 1]]);

const fastest = (candidates: Evaluation['candidates']): string =>
  candidates.reduce((best, each) => (each.logNs < best.logNs ? each : best)).variant.id;

const outcomeKey = (each: Pick<Decision, 'deviceClass' | 'variant'>): string =>
  `${each.deviceClass}\n${each.variant}`;
