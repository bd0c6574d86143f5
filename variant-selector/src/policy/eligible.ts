// Which of a function's variants a device can run, and why it cannot run the others.

import { type IsaLevel, isaCovers, type TargetName, type Variant } from '@everypath/schema';

/** What of a device decides which programs run on it, and the class that models know it by. */
export interface DeviceView {
  readonly target: TargetName;
  readonly isaLevel: IsaLevel;
  /** Coarsest cell first; the last one is the device's class. */
  readonly classPath: readonly string[];
}

export interface Exclusion {
  readonly variant: string;
  readonly why: string;
}

export interface Eligibility {
  readonly variants: readonly Variant[];
  /** Variants of the device's target that are no candidates. Those of other targets are not worth a word each. */
  readonly excluded: readonly Exclusion[];
}

export const runsOn = (variant: Variant, device: DeviceView): boolean =>
  variant.target === device.target && isaCovers(device.isaLevel, variant.isaLevel);

/** Sorts the variants into candidates and others. */
export function eligibleVariants(variants: readonly Variant[], device: DeviceView): Eligibility {
  const excluded: Exclusion[] = [];
  const runnable: Variant[] = [];
  for (const variant of variants) {
    if (variant.target !== device.target) continue;
    if (runsOn(variant, device)) runnable.push(variant);
    else
      excluded.push({
        variant: variant.id,
        why: `needs ${variant.isaLevel}, the device has ${device.isaLevel}`,
      });
  }
  // What nobody checked is served only where nothing was checked.
  const proven = runnable.filter((variant) => variant.proof.how !== 'unproven');
  if (proven.length === 0 || proven.length === runnable.length) return { variants: runnable, excluded };
  for (const variant of runnable) {
    if (variant.proof.how === 'unproven')
      excluded.push({ variant: variant.id, why: `unproven: ${variant.proof.by}` });
  }
  return { variants: proven, excluded };
}
