// The variants that a class may be served: those that run on it, less what is switched off and what was withdrawn.

import type { Variant } from '@everypath/schema';
import { SelectorError } from '../errors.ts';
import type { FunctionEntry } from '../registry/function-entry.ts';
import { type ClassState, isBanned } from './class-state.ts';
import { type DeviceView, type Exclusion, eligibleVariants } from './eligible.ts';
import { killFor } from './kill.ts';

/** Candidates, and why the others are none. Throws when nothing is left. */
export function candidatesOf(
  entry: FunctionEntry,
  generation: number,
  device: DeviceView,
  state: ClassState,
): { readonly variants: readonly Variant[]; readonly excluded: readonly Exclusion[] } {
  const { variants, excluded } = eligibleVariants(entry.variants, device);
  const out = [...excluded];
  const alive = variants.filter((variant) => {
    const kill = killFor(entry.kills ?? [], entry.tag, variant, entry.nodes, device);
    if (kill !== null)
      out.push({ variant: variant.id, why: `switched off${kill.note ? `: ${kill.note}` : ''}` });
    return kill === null;
  });
  if (alive.length === 0) {
    const why = out[0] === undefined ? `none is compiled for ${device.target}` : out[0].why;
    throw new SelectorError(
      'EP_NO_VARIANT_FOR_DEVICE',
      `${entry.tag} has no variant for this device: ${why}`,
    );
  }
  const free = alive.filter((variant) => !isBanned(state, variant.id, generation));
  // Something is served even where everything was withdrawn.
  if (free.length === 0) return { variants: alive, excluded: out };
  for (const ban of state.bans)
    if (alive.some(({ id }) => id === ban.variant) && !free.some(({ id }) => id === ban.variant))
      out.push({ variant: ban.variant, why: `withdrawn: ${ban.why}` });
  return { variants: free, excluded: out };
}
