// The runbook and the Grafana dashboard speak of metrics that exist, and of all of them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openIngest, useClickHouse } from './ingest-under-test.ts';

useClickHouse();
const read = (name: string): string =>
  readFileSync(new URL(`../../docs/operations/${name}`, import.meta.url), 'utf8');

test('every metric of the ingest is on the dashboard or in the runbook, and no other is', async () => {
  const ingest = await openIngest();
  const names = [...(await ingest.metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
  await ingest.close();
  const named = (text: string): readonly string[] =>
    [...text.matchAll(/everypath_ingest_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  const dashboard = named(read('grafana-ingest.json'));
  const runbook = named(read('runbook.md').replaceAll('`…_', '`everypath_ingest_'));
  assert.ok(names.length >= 15);
  assert.deepEqual(
    [...dashboard, ...runbook].filter((name) => !names.includes(name)),
    [],
  );
  assert.deepEqual(
    names.filter((name) => !runbook.includes(name)),
    [],
  );
});
