// Acknowledged against stored, batch by batch: what is missing is lost, what is there twice is duplicated.

import type { Acknowledged } from './devices.ts';
import type { FaultScene } from './fault-scene.ts';

export interface Verdict {
  /** Samples, as everything here. */
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** Compares the rows that match `where` with what was acknowledged. A row of a batch nobody sent counts as duplicated. */
export async function judge(
  scene: FaultScene,
  acknowledged: readonly Acknowledged[],
  where: string,
): Promise<Verdict> {
  const rows = await scene.query<{ id: string; samples: string | number }>(
    `SELECT toString(batch_id) AS id, count() AS samples FROM op_sample WHERE ${where} GROUP BY batch_id`,
  );
  const stored = new Map(rows.map(({ id, samples }) => [id, Number(samples)]));
  let lost = 0;
  let duplicated = 0;
  let total = 0;
  for (const { batchId, samples } of acknowledged) {
    const found = stored.get(batchId) ?? 0;
    stored.delete(batchId);
    total += samples;
    lost += Math.max(0, samples - found);
    duplicated += Math.max(0, found - samples);
  }
  for (const samples of stored.values()) duplicated += samples;
  const sum = rows.reduce((all, { samples }) => all + Number(samples), 0);
  return { acknowledged: total, stored: sum, lost, duplicated };
}
