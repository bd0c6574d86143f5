// The development server against ClickHouse's HTTP interface, as plain requests see it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServerProcess } from './dev-server-process.ts';

test('the development server keeps to the protocol', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'everypath-dev-server-'));
  const server = await startServerProcess(directory);
  t.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const { url } = server;
  const headers = { 'X-ClickHouse-Key': 'secret' };
  const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { headers, ...init });
  assert.equal(await (await ask('/ping')).text(), 'Ok.\n');
  assert.equal(await (await ask('/?query=SELECT%201')).text(), '1\n');
  assert.equal(
    await (await ask('/?default_format=JSONEachRow', { method: 'POST', body: 'SELECT 1 AS a' })).text(),
    '{"a":1}\n',
  );
  assert.equal(await (await ask('/', { method: 'POST', body: 'SELECT 1 AS a FORMAT CSV' })).text(), '1\n');
  const twice = await ask('/', { method: 'POST', body: "SELECT ';'; SELECT 2" });
  assert.equal(twice.status, 400);
  assert.equal(twice.headers.get('x-clickhouse-exception-code'), '62');
  assert.equal((await ask('/', { method: 'POST', body: "SELECT ';' -- ;\n;" })).status, 200);
  assert.equal(
    (await ask('/?query=SELECT%201&no_such_setting=1')).headers.get('x-clickhouse-exception-code'),
    '115',
  );
  assert.equal((await fetch(`${url}/?query=SELECT%201`)).status, 403);
  assert.equal((await ask('/?query_id=q-1&query=SELECT%201')).headers.get('x-clickhouse-query-id'), 'q-1');
  await (await ask('/?session_id=s&query=SET%20max_result_rows%3D5', { method: 'POST' })).text();
  const value = "/?query=SELECT%20getSetting('max_result_rows')";
  assert.equal(await (await ask(`${value}&session_id=s`)).text(), '5\n');
  assert.equal(await (await ask(value)).text(), '0\n');
  await (
    await ask('/', { method: 'POST', body: 'CREATE TABLE b (a UInt32, s String) ENGINE = Memory' })
  ).text();
  const inline = await ask('/', {
    method: 'POST',
    body: 'INSERT INTO b FORMAT CSV\n1,"x;y"\n2,"FORMAT z"\n',
  });
  assert.equal(inline.status, 200, await inline.text());
  const binary = Uint8Array.of(3, 0, 0, 0, 2, 0xff, 0x0a);
  const native = await ask('/?query=INSERT%20INTO%20b%20FORMAT%20RowBinary', {
    method: 'POST',
    body: binary,
  });
  assert.equal(native.status, 200, await native.text());
  assert.equal(
    await (await ask('/?query=SELECT%20a,hex(s)%20FROM%20b%20ORDER%20BY%20a')).text(),
    '1\t783B79\n2\t464F524D4154207A\n3\tFF0A\n',
  );
});
