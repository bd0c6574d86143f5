// One more binary of a revision that is published already: a path that was linked when it was first asked for.

import type { Database, Variant } from '@everypath/schema';
import type { Kysely } from 'kysely';
import { SelectorError } from '../errors.ts';
import type { FunctionEntry } from './function-entry.ts';

/** Adds the variant to the revision, or replaces what is known of its proof. The artifact comes first. */
export async function addVariant(
  db: Kysely<Database>,
  entry: Pick<FunctionEntry, 'tag' | 'revision'>,
  variant: Variant,
  nowMs: number,
): Promise<void> {
  const proof = JSON.stringify(variant.proof);
  await db.transaction().execute(async (tx) => {
    const artifact = await tx
      .selectFrom('artifacts')
      .select('size_bytes')
      .where('sha256', '=', variant.sha256)
      .executeTakeFirst();
    if (artifact?.size_bytes !== variant.sizeBytes)
      throw new SelectorError('EP_ARTIFACTS_MISSING', `${variant.sha256} is not in the store`);
    await tx
      .insertInto('variants')
      .values({
        revision_id: entry.revision,
        id: variant.id,
        target: variant.target,
        isa_level: variant.isaLevel,
        path: JSON.stringify(variant.path),
        sha256: variant.sha256,
        size_bytes: variant.sizeBytes,
        proof,
        libraries: variant.libraries ? JSON.stringify(variant.libraries) : null,
      })
      .onConflict((conflict) => conflict.columns(['revision_id', 'id']).doUpdateSet({ proof }))
      .execute();
    await tx
      .updateTable('functions')
      .set({ updated_at: new Date(nowMs) })
      .where('tag', '=', entry.tag)
      .execute();
  });
}

/** The entry with the variant among its candidates, as a reader of the registry would find it. */
export function withVariant(entry: FunctionEntry, variant: Variant, nowMs: number): FunctionEntry {
  const { tag, nodes, signature } = entry;
  return {
    ...entry,
    updatedAtMs: nowMs,
    variants: [...entry.variants.filter(({ id }) => id !== variant.id), variant],
    programs: new Map(entry.programs).set(variant.id, { tag, variant, nodes, signature }),
  };
}
