// A manifest as text: what all devices that get a variant share is written once, what is this fetch's is appended.

import type { Cause, Manifest, Reason } from '@everypath/schema';
import type { FunctionEntry } from '../registry/function-entry.ts';

/** What a fetch adds to a variant. */
export type Issue = Pick<
  Manifest,
  'predictedNs' | 'decisionId' | 'telemetryToken' | 'issuedAtMs' | 'expiresAtMs'
> & { readonly reason: Reason; readonly cause: Cause };

const prefixes = new WeakMap<FunctionEntry, Map<string, string>>();

/** The text that is signed. `variant` is one of the function's, of this revision or an earlier one. */
export function manifestText(entry: FunctionEntry, variant: string, issue: Issue): string {
  let known = prefixes.get(entry);
  if (known === undefined) {
    known = new Map();
    prefixes.set(entry, known);
  }
  let prefix = known.get(variant);
  if (prefix === undefined) {
    prefix = JSON.stringify(shared(entry, variant)).slice(0, -1);
    known.set(variant, prefix);
  }
  return `${prefix},${JSON.stringify(issue).slice(1)}`;
}

function shared(entry: FunctionEntry, id: string): Omit<Manifest, keyof Issue> {
  const { variant, nodes, signature } = entry.programs.get(id)!;
  return {
    version: 1,
    tag: entry.tag,
    variant: variant.id,
    target: variant.target,
    isaLevel: variant.isaLevel,
    sha256: variant.sha256,
    sizeBytes: variant.sizeBytes,
    artifact: `/v1/artifacts/${variant.sha256}`,
    signature,
    nodes: [...nodes],
    path: variant.path,
  };
}
