// Which of a function's variants a device can run, and why it cannot run the others.

import {
  type DeviceFeatures,
  deviceClass,
  type IsaLevel,
  isaCovers,
  LIBRARIES,
  type LibraryName,
  librariesOf,
  missingLibrary,
  type TargetName,
  type Variant,
} from '@everypath/schema';

/** What of a device decides which programs run on it, and the class that models know it by. */
export interface DeviceView {
  readonly target: TargetName;
  readonly isaLevel: IsaLevel;
  /** What is installed of what programs may call; part of the class. */
  readonly libraries: readonly LibraryName[];
  /** Coarsest cell first; the last one is the device's class. */
  readonly classPath: readonly string[];
}

export const viewOf = (device: DeviceFeatures): DeviceView => ({
  target: device.target,
  isaLevel: device.isaLevel,
  libraries: librariesOf(device),
  classPath: deviceClass(device),
});

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
  variant.target === device.target && lackOf(variant, device) === null;

/** What a device of the variant's target lacks to run it, as a sentence; null where it lacks nothing. */
export function lackOf(
  { isaLevel, libraries }: Pick<Variant, 'isaLevel' | 'libraries'>,
  device: DeviceView,
): string | null {
  if (!isaCovers(device.isaLevel, isaLevel)) return `needs ${isaLevel}, the device has ${device.isaLevel}`;
  const absent = missingLibrary(libraries, device.libraries);
  return absent === undefined ? null : `needs ${LIBRARIES[absent].title}, which the device does not have`;
}

/** Sorts the variants into candidates and others. */
export function eligibleVariants(variants: readonly Variant[], device: DeviceView): Eligibility {
  const excluded: Exclusion[] = [];
  const runnable: Variant[] = [];
  for (const variant of variants) {
    if (variant.target !== device.target) continue;
    const why = lackOf(variant, device);
    if (why === null) runnable.push(variant);
    else excluded.push({ variant: variant.id, why });
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
