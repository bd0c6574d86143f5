// A device is not served again what it said crashes there, whatever the class is served: one report withdraws nothing
// from others, and is enough for the device itself.

import type { ClassState } from './class-state.ts';
import type { Answer } from './decision.ts';
import type { Candidate } from './evaluate.ts';
import type { Plan } from './plan.ts';

/** The candidate that a device gets instead of an answer that it reported; null: it may have the answer. */
export function spareFor(
  plan: Plan,
  { crashed }: Pick<ClassState, 'crashed'>,
  answer: Answer,
  deviceId: string,
): Candidate | null {
  const reported = (candidate: { readonly variant: { readonly id: string } }): boolean =>
    crashed[candidate.variant.id]?.includes(deviceId) ?? false;
  if (!reported(answer)) return null;
  let best: Candidate | null = null;
  for (const candidate of plan.evaluation.candidates)
    if (!reported(candidate) && (best === null || candidate.logNs < best.logNs)) best = candidate;
  return best;
}
