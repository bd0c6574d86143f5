// Runs a program that was linked on demand on the cases that its function was published with, before anybody is served
// it. What it runs on is opened at the first program.

import type { LinkedVariant } from '@everypath/compiler';
import { type Proof, ServiceError } from '@everypath/schema';
import type { FunctionEntry, Selector } from '@everypath/variant-selector';
import type { Prover } from '../verify/prover.ts';
import type { Proving } from '../verify/proving.ts';

export interface PathProver {
  /**
   * Null where nothing can be run: no cases were published, or the machine cannot run the target. Throws a
   * `ServiceError` with 409 when the program differs from CPython.
   */
  prove(entry: Pick<FunctionEntry, 'cases'>, variant: LinkedVariant, file: string): Promise<Proof | null>;
  close(): Promise<void>;
}

export interface PathProverDependencies {
  readonly selector: Pick<Selector, 'app'>;
  /** The store that builds use. */
  readonly cacheDir: string;
}

export function createPathProver({ selector, cacheDir }: PathProverDependencies): PathProver {
  let opening:
    | Promise<{ readonly proving: Proving; readonly proverOf: (digest: string) => Promise<Prover> }>
    | undefined;

  async function open() {
    const { openProving } = await import('../verify/proving.ts');
    const { bundleProvers } = await import('../verify/bundle-provers.ts');
    const proving = await openProving({ cacheDir });
    return { proving, proverOf: bundleProvers(readCases, proving) };
  }

  async function readCases(sha256: string): Promise<Uint8Array> {
    const response = await selector.app.request(`/v1/artifacts/${sha256}`);
    if (!response.ok) throw new Error(`the cases ${sha256.slice(0, 12)}: ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  return {
    async prove({ cases }, variant, file) {
      if (cases === undefined) return null;
      opening ??= open();
      opening.catch(() => {
        opening = undefined;
      });
      const prover = await (await opening).proverOf(cases);
      const proof = await prover.prove(variant, file);
      if (proof?.how !== 'unproven') return proof;
      throw new ServiceError(
        'EP_DISPROVED',
        {
          status: 409,
          hint: 'It was not published. Report it: an operator variant or the compiler is wrong.',
        },
        `path ${variant.path.join(' · ')} for ${variant.target} differs from CPython: ${proof.by}`,
      );
    },
    async close() {
      await (await opening?.catch(() => undefined))?.proving.close();
    },
  };
}
