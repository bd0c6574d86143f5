// Publications for tests: a function with two nodes, its programs, and what the registry gets of them.

import { createHash } from 'node:crypto';
import type { IsaLevel, Publication, TargetName, Variant } from '@everypath/schema';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Built {
  readonly publication: Publication;
  readonly artifacts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

const FIRST: Readonly<Record<string, IsaLevel>> = { scalar: 'x86-64', avx2: 'x86-64-v3' };
const SECOND: Readonly<Record<string, IsaLevel>> = { heap: 'x86-64', sort: 'x86-64' };

/** Four paths for linux-x86_64, and for each further target the two that need no vector extension. */
export function build(
  tag = '@test/similarity',
  toolchain = 'clang-19',
  others: readonly TargetName[] = [],
): Built {
  const artifacts = new Map<string, Uint8Array<ArrayBuffer>>();
  const variants: Variant[] = [];
  const add = (target: TargetName, isaLevel: IsaLevel, path: string[]): void => {
    const bytes = new TextEncoder().encode(`${tag} ${toolchain} ${target} ${path.join(' ')}`);
    const hash = sha256(bytes);
    artifacts.set(hash, bytes);
    variants.push({
      id: hash.slice(0, 16),
      target,
      path,
      isaLevel,
      sha256: hash,
      sizeBytes: bytes.byteLength,
      proof: { how: 'executed', by: 'test', cases: 3, worst: 0 },
    });
  };
  for (const [first, isa] of Object.entries(FIRST)) {
    for (const second of Object.keys(SECOND)) add('linux-x86_64', isa, [first, second]);
  }
  for (const target of others) {
    const isa: IsaLevel = target === 'wasm32' ? 'wasm-mvp' : 'armv8-a';
    for (const second of Object.keys(SECOND)) add(target, isa, ['scalar', second]);
  }
  const node = (index: number, operator: string) => ({
    index,
    operator,
    specialization: 'float32_2,float32_1',
    label: operator,
    line: 10 + index,
    features: ['n'],
  });
  const publication: Publication = {
    tag,
    description: 'Cosine similarity.',
    file: 'similarity.py',
    source: 'def similarity(): ...',
    signature: {
      parameters: [{ name: 'k', type: { kind: 'int' }, default: 10 }],
      result: { kind: 'array', dtype: 'float32', shape: ['n'] },
    },
    nodes: [node(0, 'numpy.matmul'), node(1, 'everypath.topk')],
    irText: 'func similarity',
    irHash: 'abc',
    toolchain,
    variants,
  };
  return { publication, artifacts };
}

export const variantOf = (built: Built, target: TargetName, ...path: string[]): Variant => {
  const found = built.publication.variants.find(
    (variant) => variant.target === target && variant.path.join() === path.join(),
  );
  if (found === undefined) throw new Error(`no variant ${path.join()} for ${target}`);
  return found;
};
