// What would change a decision: for each rival, how much faster it would have to be measured, or the chosen one slower,
// and how likely that is by what is believed now.

import { z } from '@hono/zod-openapi';
import type { Candidate } from '../policy/evaluate.ts';
import type { PolicyOptions } from '../policy/options.ts';

export const changeSchema = z.object({
  variant: z.string(),
  /** Chance that it is faster than the chosen one. */
  chance: z.number(),
  /** It is served once it is predicted at this, in ns; now it is at `predictedNs`. */
  servedBelowNs: z.number().nullable(),
  predictedNs: z.number().nullable(),
  /** Nodes at which it chooses otherwise, with the sessions that this rests on. */
  differs: z.array(z.object({ node: z.number(), from: z.string(), to: z.string(), sessions: z.number() })),
});
export type WouldChange = z.output<typeof changeSchema>;

const RIVALS = 3;

/** The nearest rivals of `chosen`. */
export function whatWouldChange(
  chosen: Candidate,
  candidates: readonly Candidate[],
  known: boolean,
  options: PolicyOptions,
): WouldChange[] {
  const spread = (rival: Candidate): number => Math.sqrt(rival.variance + chosen.variance);
  const chance = (rival: Candidate): number =>
    1 / (1 + Math.exp((1.7 * (rival.logNs - chosen.logNs)) / spread(rival)));
  return candidates
    .filter((candidate) => candidate !== chosen)
    .sort((a, b) => chance(b) - chance(a))
    .slice(0, RIVALS)
    .map((rival) => {
      const margin = Math.min(Math.max(0.5 * spread(rival), options.switchAtLeast), options.switchAtMost);
      return {
        variant: rival.variant.id,
        chance: chance(rival),
        servedBelowNs: known ? Math.exp(chosen.logNs - margin) : null,
        predictedNs: known ? Math.exp(rival.logNs) : null,
        differs: rival.choices.flatMap((choice, index) => {
          const held = chosen.choices[index];
          if (held === undefined || held.operatorVariant === choice.operatorVariant) return [];
          const sessions = choice.prediction.tried ? choice.prediction.sessions : 0;
          return [
            { node: choice.node.index, from: held.operatorVariant, to: choice.operatorVariant, sessions },
          ];
        }),
      };
    });
}
