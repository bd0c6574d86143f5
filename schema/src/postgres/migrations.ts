// The registry's migrations in order, for kysely's Migrator. Published ones never change: add the next number.

import type { Kysely } from 'kysely';
import { up as registry } from './migration-0001-registry.ts';
import { up as decisions } from './migration-0002-decisions.ts';
import { up as policy } from './migration-0003-policy.ts';
import { up as cases } from './migration-0004-cases.ts';
import { up as decisionBatches } from './migration-0005-decision-batches.ts';
import { up as libraries } from './migration-0006-libraries.ts';
import { up as decisionsAsTheyAre } from './migration-0007-decisions-as-they-are.ts';

export interface PostgresMigration {
  up(db: Kysely<unknown>): Promise<void>;
}

/** Name to migration; names sort in the order they run. */
export const postgresMigrations: Readonly<Record<string, PostgresMigration>> = {
  '0001-registry': { up: registry },
  '0002-decisions': { up: decisions },
  '0003-policy': { up: policy },
  '0004-cases': { up: cases },
  '0005-decision-batches': { up: decisionBatches },
  '0006-libraries': { up: libraries },
  '0007-decisions-as-they-are': { up: decisionsAsTheyAre },
};
