// Answers that wait for the end of a turn of the event loop.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Outbox } from '../src/serve/outbox.ts';

describe('the outbox', () => {
  const sent: string[] = [];
  const response = { end: (body: string) => sent.push(body) } as unknown as ServerResponse;
  it('sends the answers of a turn at its end, in their order', async () => {
    const outbox = new Outbox();
    for (const body of ['a', 'b', 'c']) outbox.end(response, body);
    assert.deepEqual(sent.splice(0), []);
    await setImmediate();
    assert.deepEqual(sent.splice(0), ['a', 'b', 'c']);
    outbox.end(response, 'd');
    await setImmediate();
    assert.deepEqual(sent.splice(0), ['d']);
  });
  it('keeps no more than sixteen, and sends each once', async () => {
    const outbox = new Outbox();
    for (let at = 0; at < 17; at += 1) outbox.end(response, String(at));
    assert.equal(sent.length, 16);
    await setImmediate();
    await setImmediate();
    assert.equal(sent.splice(0).length, 17);
  });
});
