// Provers of functions known by their bundle's digest. The latest few stay, with their cases laid out.

import { parseModule } from '@everypath/compiler';
import { decodeBundle } from './function-bundle.ts';
import { createProver, type Prover } from './prover.ts';
import type { Proving } from './proving.ts';

const KEPT = 4;

/** `load` gives a bundle's bytes and throws when there are none. What failed is tried again at the next call. */
export function bundleProvers(
  load: (digest: string) => Promise<Uint8Array>,
  proving: Pick<Proving, 'ports'>,
): (digest: string) => Promise<Prover> {
  /** The latest last. */
  const provers = new Map<string, Promise<Prover>>();
  const open = async (digest: string): Promise<Prover> => {
    const { irText, cases } = decodeBundle(await load(digest));
    return createProver({ module: parseModule(irText), oracle: { cases }, ...proving.ports });
  };
  return (digest) => {
    const prover = provers.get(digest) ?? open(digest);
    provers.delete(digest);
    provers.set(digest, prover);
    prover.catch(() => provers.delete(digest));
    const [oldest] = provers.keys();
    if (provers.size > KEPT && oldest !== undefined) provers.delete(oldest);
    return prover;
  };
}
