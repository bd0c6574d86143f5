// The way to the harness for other rooms: nothing of it is loaded before a variant is to be admitted.

import type { Admission, AdmissionOptions } from './harness/admission.ts';

/**
 * Admits the variants of an operator that this machine runs, or the one that is named: its headers, its answers beside
 * the reference's, its memory accesses under the sanitizers, its time.
 */
export async function admit(
  operator: string,
  variant: string | undefined,
  options: AdmissionOptions = {},
): Promise<readonly Admission[]> {
  const harness = await import('./harness/admission.ts');
  return harness.admit(operator, variant, options);
}

/** Whether clang has the sanitizers that `admit` runs variants under. */
export async function hasSanitizers(): Promise<boolean> {
  const harness = await import('./harness/admission.ts');
  return harness.sanitizerRuntime() !== undefined;
}
