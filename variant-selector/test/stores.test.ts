// The Postgres stores, on the embedded database and on a server where one is installed: same code, same answers.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Database } from '@everypath/schema';
import { type Kysely, sql } from 'kysely';
import { DecisionBatch } from '../src/registry/decision-batch.ts';
import {
  type Decision,
  insertDecisions,
  listDecisions,
  loadModels,
  saveModels,
} from '../src/registry/decision-store.ts';
import { openPostgres } from '../src/registry/postgres.ts';
import * as store from '../src/registry/registry-store.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { type Built, build } from './published.ts';

const decision = (id: string, decidedAtMs: number): Decision => ({
  id,
  tag: '@test/similarity',
  variant: '0123456789abcdef',
  device: 'd',
  deviceClass: 'linux-x86_64/x86-64-v3/zen3/ryzen',
  reason: 'explore',
  cause: 'explore',
  propensity: 0.125,
  predictedNs: null,
  generation: 3,
  decidedAtMs,
});

async function storeArtifacts(db: Kysely<Database>, { artifacts }: Built): Promise<void> {
  for (const [hash, bytes] of artifacts) await store.recordArtifact(db, hash, bytes.byteLength, 1);
}

function suite(name: string, open: () => Promise<Kysely<Database> | null>): void {
  describe(`stores on ${name}`, () => {
    let opened: Kysely<Database> | null = null;
    let db: Kysely<Database>;
    before(async () => {
      opened = await open();
      if (opened !== null) db = opened;
    });
    after(async () => opened?.destroy());
    const test = (title: string, run: () => Promise<void>): void => {
      it(title, async (context) => {
        if (opened === null) context.skip(`no ${name} here`);
        else await run();
      });
    };

    test('refuses a publication whose artifacts are missing, and leaves nothing of it', async () => {
      const built = build('@test/missing');
      const [first, ...missing] = built.publication.variants;
      await store.recordArtifact(db, first!.sha256, first!.sizeBytes, 1);
      const cases = 'f'.repeat(64);
      await assert.rejects(store.publish(db, { ...built.publication, cases }, 2), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error && 'issues' in error);
        assert.equal(error.code, 'EP_ARTIFACTS_MISSING');
        assert.deepEqual(error.issues, [
          ...missing.map((variant, index) => ({
            path: `variants.${index + 1}.sha256`,
            message: variant.sha256,
          })),
          { path: 'cases', message: cases },
        ]);
        return true;
      });
      assert.equal(await store.loadFunction(db, '@test/missing'), null);
      const rows = await sql<{
        count: number;
      }>`select count(*)::int as count from revisions where tag = '@test/missing'`.execute(db);
      assert.equal(rows.rows[0]!.count, 0);
    });

    test('publishes once, gives back what was published, and switches back to an earlier revision', async () => {
      const built = build('@test/publish', 'one');
      await storeArtifacts(db, built);
      const first = await store.publish(db, built.publication, 1000);
      assert.equal(first.created, true);
      assert.deepEqual(await store.publish(db, built.publication, 2000), {
        revision: first.revision,
        created: false,
      });
      const entry = await store.loadFunction(db, '@test/publish');
      assert.ok(entry);
      assert.deepEqual(
        new Map(entry.variants.map((variant) => [variant.id, variant])),
        new Map(built.publication.variants.map((variant) => [variant.id, variant])),
      );
      assert.deepEqual(entry.signature, built.publication.signature);
      assert.deepEqual(entry.nodes, built.publication.nodes);
      assert.equal(entry.updatedAtMs, 2000);

      const next = build('@test/publish', 'two');
      await storeArtifacts(db, next);
      const second = await store.publish(db, next.publication, 3000);
      assert.notEqual(second.revision, first.revision);
      const both = await store.loadFunction(db, '@test/publish');
      assert.equal(both?.revision, second.revision);
      assert.equal(both?.variants.length, 4);
      assert.equal(both?.programs.size, 8);
      assert.equal((await store.publish(db, built.publication, 4000)).revision, first.revision);
      assert.equal((await store.loadFunction(db, '@test/publish'))?.revision, first.revision);
      assert.equal((await store.functionVersions(db)).get('@test/publish'), 4000);
    });

    test('publishes concurrently without a torn revision', async () => {
      const built = build('@test/race');
      await storeArtifacts(db, built);
      const published = await Promise.all(
        Array.from({ length: 6 }, () => store.publish(db, built.publication, 1)),
      );
      assert.equal(new Set(published.map((each) => each.revision)).size, 1);
      assert.equal(published.filter((each) => each.created).length, 1);
    });

    test('sets, replaces and removes overrides', async () => {
      const built = build('@test/override');
      await storeArtifacts(db, built);
      await store.publish(db, built.publication, 1);
      const variant = built.publication.variants[0]!.id;
      const override = { scope: 'linux-x86_64', variant, note: 'slow driver', createdAtMs: 5 };
      await store.setOverride(db, '@test/override', override, 5);
      await store.setOverride(db, '@test/override', { ...override, note: 'again', createdAtMs: 6 }, 6);
      const entry = await store.loadFunction(db, '@test/override');
      assert.deepEqual(entry?.overrides, [{ ...override, note: 'again', createdAtMs: 6 }]);
      assert.equal(await store.removeOverride(db, '@test/override', '', 7), false);
      assert.equal(await store.removeOverride(db, '@test/override', 'linux-x86_64', 7), true);
      assert.deepEqual((await store.loadFunction(db, '@test/override'))?.overrides, []);
    });

    test('stores a decision once and lists the newest first', async () => {
      const batch = new DecisionBatch(decision('a', 1000));
      batch.add(decision('b', 2000));
      const later = new DecisionBatch(decision('c', 3000));
      await insertDecisions(db, [batch]);
      await insertDecisions(db, [batch, later]);
      const listed = await listDecisions(db, { tag: '@test/similarity', limit: 9 });
      assert.deepEqual(listed, [decision('c', 3000), decision('b', 2000), decision('a', 1000)]);
      assert.deepEqual(await listDecisions(db, { tag: '@test/other', limit: 2 }), []);
    });

    test('lists the decisions of batches that say each answer anew, as they were stored before', async () => {
      const old = { ...decision('old', 500), tag: '@test/old', predictedNs: 7.5 };
      const { id, tag, ...rest } = old;
      const columns = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, [value]]));
      const body = JSON.stringify({ id: [id], ...columns });
      await db.insertInto('decision_batches').values({ id, tag, decisions: 1, to_ms: 500, body }).execute();
      assert.deepEqual(await listDecisions(db, { tag, limit: 5 }), [old]);
    });

    test('finds the newest among more batches than are read at once', async () => {
      const tag = '@test/many';
      const batches = Array.from(
        { length: 40 },
        (_, index) => new DecisionBatch({ ...decision(`many-${index}`, 1000 + index), tag }),
      );
      await insertDecisions(db, batches);
      const times = (await listDecisions(db, { tag, limit: 35 })).map(({ decidedAtMs }) => decidedAtMs);
      assert.deepEqual(
        times,
        Array.from({ length: 35 }, (_, index) => 1039 - index),
      );
    });

    test('keeps the last models only', async () => {
      assert.equal(await loadModels(db), null);
      await saveModels(db, { generation: 1, fittedAtMs: 10, body: '{}' });
      await saveModels(db, { generation: 2, fittedAtMs: 20, body: '{"a":1}' });
      assert.deepEqual(await loadModels(db), { generation: 2, fittedAtMs: 20, body: '{"a":1}' });
    });
  });
}

suite('embedded Postgres', () => openPostgres({ path: ':memory:' }));

let server: PostgresServer | null = null;
suite('a PostgreSQL server', async () => {
  server = await startPostgres();
  if (server === null) return null;
  const url = await server.database();
  // Two processes that start at the same moment migrate once.
  const [first, second] = await Promise.all([openPostgres({ url }), openPostgres({ url })]);
  await second.destroy();
  return first;
});
after(async () => server?.stop());

it('finds everything again after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-registry-'));
  try {
    const built = build();
    const db = await openPostgres({ path: join(folder, 'postgres') });
    await storeArtifacts(db, built);
    await store.publish(db, built.publication, 1);
    await db.destroy();
    const again = await openPostgres({ path: join(folder, 'postgres') });
    assert.equal((await store.loadFunction(again, '@test/similarity'))?.variants.length, 4);
    await again.destroy();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
