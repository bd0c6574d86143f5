// Proves variants on a worker. The function comes as its published text with the cases that CPython answered: no Python
// runs here.

import { type BuildTools, readSharedContent, type SharedStore } from '@everypath/compiler';
import { type Proof, TARGETS } from '@everypath/schema';
import { bundleProvers } from '../verify/bundle-provers.ts';
import type { Proving } from '../verify/proving.ts';
import type { Work } from './work.ts';

export interface Verifier {
  /** Null where this machine cannot run the variant. */
  verify(work: Extract<Work, { kind: 'verify' }>): Promise<Proof | null>;
}

export function createVerifier(tools: BuildTools, shared: SharedStore, proving: Proving): Verifier {
  const proverOf = bundleProvers(async (digest) => {
    const bytes = await readSharedContent(shared, digest);
    if (!bytes) throw new Error(`the function ${digest.slice(0, 12)} is not in the shared store`);
    return bytes;
  }, proving);
  return {
    async verify({ function: digest, variant }) {
      const program = await tools.cache.content(variant.sha256, TARGETS[variant.target].extension);
      if (!program) throw new Error(`the program ${variant.sha256.slice(0, 12)} is not in the shared store`);
      return (await proverOf(digest)).prove(variant, program.path);
    },
  };
}
