// Proofs of earlier builds, kept beside the objects: the same bytes on the same cases with the same answers from
// CPython need not run twice. Only what was executed and agreed is kept; everything else is tried again.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinkedVariant } from '@everypath/compiler';
import { type Proof, proofSchema } from '@everypath/schema';
import type { Allowance } from './compare.ts';
import type { OracleCase } from './oracle.ts';

type Prove = (variant: LinkedVariant, file: string) => Promise<Proof | null>;

export interface ProofCacheOptions {
  readonly folder: string;
  readonly cases: readonly OracleCase[];
  readonly allowance: Allowance;
  /** What a proof has run on beyond the usual: another place is another proof. */
  readonly where?: string;
}

/** Puts the cache in front of a prover. */
export function cachedProver(
  prove: Prove,
  { folder, cases, allowance, where = '' }: ProofCacheOptions,
): Prove {
  const judged = digestOf([process.versions.node, allowance, cases]);
  return async (variant, file) => {
    const name = digestOf([
      variant.sha256,
      variant.target,
      variant.isaLevel,
      judged,
      variant.target === 'wasm32' ? where : '',
    ]);
    const path = join(folder, name.slice(0, 2), `${name}.json`);
    const kept = await readProof(path);
    if (kept) return kept;
    const proof = await prove(variant, file);
    if (proof?.how === 'executed') await writeProof(path, proof);
    return proof;
  };
}

async function readProof(path: string): Promise<Proof | null> {
  try {
    const parsed = proofSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Absent, or cut short by a full disk: prove again.
    return null;
  }
}

async function writeProof(path: string, proof: Proof): Promise<void> {
  try {
    await mkdir(join(path, '..'), { recursive: true });
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(proof));
    await rename(draft, path);
  } catch {
    // A cache that cannot be written costs time, not truth.
  }
}

/** SHA-256 over JSON, with bytes and big integers told apart from text. */
function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return { integer: String(part) };
    // JSON has no NaN, infinities or negative zero, and CPython's answers may.
    if (typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0)))
      return { float: `${1 / part} ${part}` };
    if (ArrayBuffer.isView(part)) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      return { bytes: createHash('sha256').update(bytes).digest('hex') };
    }
    return part;
  });
  return createHash('sha256').update(text).digest('hex');
}
