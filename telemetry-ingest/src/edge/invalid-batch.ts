// The refusal of a batch whose form is wrong: names each field that is.

import type { ErrorBody, ServiceError } from '@everypath/schema';
import { refusal } from '../errors.ts';

/** Faults named at most. */
const MAX_ISSUES = 20;

export type Issues = NonNullable<ErrorBody['error']['issues']>;

export function invalidBatch(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): ServiceError & { readonly issues: Issues } {
  return Object.assign(refusal('EP_INVALID_BATCH', 'the batch is not valid'), {
    issues: issues
      .slice(0, MAX_ISSUES)
      .map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  });
}
