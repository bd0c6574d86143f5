// Publishes a simulated world's function as a compiler would; its programs are names, since nobody runs them.

import { createHash } from 'node:crypto';
import type { Publication } from '@everypath/schema';
import type { FleetWorld } from '@everypath/variant-selector';
import type { Api } from '../cli/api.ts';

/** Publishes the programs, then the function. */
export async function publishWorld(world: FleetWorld, api: Pick<Api, 'put' | 'putBytes'>): Promise<void> {
  const { publication, programs } = publicationOf(world);
  for (const [sha256, bytes] of programs) await api.putBytes(`/v1/artifacts/${sha256}`, bytes);
  await api.put(`/v1/functions/${world.tag}`, publication);
}

function publicationOf(world: FleetWorld): {
  readonly publication: Publication;
  readonly programs: ReadonlyMap<string, Uint8Array>;
} {
  const programs = new Map<string, Uint8Array>();
  const variants = world.variants.map((variant) => {
    const bytes = new TextEncoder().encode(`simulated ${variant.id}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    programs.set(sha256, bytes);
    return { ...variant, path: [...variant.path], sha256, sizeBytes: bytes.length };
  });
  return {
    programs,
    publication: {
      tag: world.tag,
      description: 'Simulated.',
      file: 'simulated.py',
      source: '',
      signature: { parameters: [], result: { kind: 'none' } },
      nodes: world.nodes.map((node) => ({ ...node, features: [...node.features] })),
      irText: '',
      irHash: '',
      toolchain: 'simulated',
      variants,
    },
  };
}
