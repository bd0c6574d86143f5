// Proves variants on a worker. The function comes as its published text with the cases that CPython answered: no Python
// runs here.

import { type BuildTools, parseModule, readSharedContent, type SharedStore } from '@everypath/compiler';
import { type Proof, TARGETS } from '@everypath/schema';
import { z } from 'zod';
import { decodeCase, encodeCase } from '../verify/case-json.ts';
import type { OracleCase } from '../verify/oracle.ts';
import { createProver, type Prover } from '../verify/prover.ts';
import type { Proving } from '../verify/proving.ts';
import type { Work } from './work.ts';

export interface Verifier {
  /** Null where this machine cannot run the variant. */
  verify(work: Extract<Work, { kind: 'verify' }>): Promise<Proof | null>;
}

/** What a worker needs to know of a function. */
export interface FunctionBundle {
  readonly irText: string;
  readonly cases: readonly OracleCase[];
}

const bundleSchema = z.object({ irText: z.string(), cases: z.array(z.custom<OracleCase>()) });

export const encodeBundle = (bundle: FunctionBundle): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(bundle, encodeCase));

const decodeBundle = (bytes: Uint8Array): FunctionBundle =>
  bundleSchema.parse(JSON.parse(new TextDecoder().decode(bytes), decodeCase));

/** Functions whose cases are kept laid out, the latest last. */
const FUNCTIONS_KEPT = 4;

export function createVerifier(tools: BuildTools, shared: SharedStore, proving: Proving): Verifier {
  const provers = new Map<string, Promise<Prover>>();

  function proverOf(digest: string): Promise<Prover> {
    const known = provers.get(digest);
    provers.delete(digest);
    const prover = known ?? open(digest);
    provers.set(digest, prover);
    // What failed is tried again by the next job.
    prover.catch(() => provers.delete(digest));
    const [oldest] = provers.keys();
    if (provers.size > FUNCTIONS_KEPT && oldest !== undefined) provers.delete(oldest);
    return prover;
  }

  async function open(digest: string): Promise<Prover> {
    const bytes = await readSharedContent(shared, digest);
    if (!bytes) throw new Error(`the function ${digest.slice(0, 12)} is not in the shared store`);
    const { irText, cases } = decodeBundle(bytes);
    return createProver({ module: parseModule(irText), oracle: { cases }, ...proving.ports });
  }

  return {
    async verify({ function: digest, variant }) {
      const program = await tools.cache.content(variant.sha256, TARGETS[variant.target].extension);
      if (!program) throw new Error(`the program ${variant.sha256.slice(0, 12)} is not in the shared store`);
      return (await proverOf(digest)).prove(variant, program.path);
    },
  };
}
