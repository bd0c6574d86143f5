// How a build's variants were proven, counted by target: for tables and JSON.

import type { BuildResult } from '@everypath/compiler';

/** How the variants of one target were proven. */
export interface ProofRow {
  readonly target: string;
  readonly variants: number;
  readonly executed: number;
  /** Cases that each executed variant ran. */
  readonly cases: number;
  /** What they were proven by, and how many by each. */
  readonly by: readonly { readonly by: string; readonly variants: number }[];
}

/** Counts the proofs of a build by target. */
export function proofRows(build: BuildResult): readonly ProofRow[] {
  return build.targets.map(({ target }) => {
    const proofs = build.publication.variants
      .filter((each) => each.target === target)
      .map(({ proof }) => proof);
    const executed = proofs.filter(({ how }) => how === 'executed');
    const by = Map.groupBy(proofs, (proof) => proof.by);
    return {
      target,
      variants: proofs.length,
      executed: executed.length,
      cases: executed[0]?.cases ?? 0,
      by: [...by]
        .map(([name, group]) => ({ by: name, variants: group.length }))
        .toSorted((a, b) => b.variants - a.variants),
    };
  });
}

/** What a target's variants were proven by, most first: `wine64 8.0`, `natively × 48; structure; install … × 24`. */
export const byText = ({ by }: Pick<ProofRow, 'by'>): string =>
  by.map((each) => (by.length > 1 ? `${each.by} × ${each.variants}` : each.by)).join('; ');
