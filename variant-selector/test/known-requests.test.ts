// What is remembered of requests: their shape without the device, so that the next device of its kind is not read anew,
// and never another's answer.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askOf, hashDeviceId } from '../src/serve/fetch.ts';
import { readRequest } from '../src/serve/fetch-handler.ts';
import { KnownRequests } from '../src/serve/known-requests.ts';
import { Recent } from '../src/serve/recent.ts';
import { device } from './simulated-fleet.ts';

const reader = () => {
  const known = new KnownRequests();
  let reads = 0;
  const read = (text: string) => {
    reads += 1;
    return askOf(readRequest(text));
  };
  return {
    ask: (text: string) => known.read(text, read, hashDeviceId),
    get reads() {
      return reads;
    },
  };
};
const textOf = (deviceId: string, more: object = {}): string =>
  JSON.stringify({ device: device(), deviceId, ...more });

describe('known requests', () => {
  it('are read once for all devices that say the same', () => {
    const known = reader();
    for (const id of ['device-1', 'device-2', 'device-1', 'a_b.c-d-e'])
      assert.deepEqual(known.ask(textOf(id)), askOf(readRequest(textOf(id))));
    assert.equal(known.reads, 1);
    const calm = textOf('device-1', { explore: false });
    assert.deepEqual(known.ask(calm), askOf(readRequest(calm)));
    assert.equal(known.reads, 2);
  });

  it('are refused as before where the id is none', () => {
    const known = reader();
    known.ask(textOf('device-1'));
    for (const id of ['short', 'x'.repeat(65)])
      assert.throws(() => known.ask(textOf(id)), { code: 'EP_INVALID_REQUEST' });
    assert.throws(() => known.ask('{"deviceId":"device-1"'), { code: 'EP_INVALID_REQUEST' });
    assert.throws(() => known.ask('{"deviceId":"'), { code: 'EP_INVALID_REQUEST' });
    assert.deepEqual(known.ask(textOf('quote"d-id')).deviceId, hashDeviceId('quote"d-id'));
  });

  it('take the id that JSON takes, where it stands more than once', () => {
    const known = reader();
    const twice = (first: string, last: string): string =>
      textOf('device-0').replace('"deviceId":"device-0"', `"deviceId":"${first}","deviceId":"${last}"`);
    assert.equal(known.ask(twice('device-1', 'device-2')).deviceId, hashDeviceId('device-2'));
    assert.equal(known.ask(twice('device-3', 'device-2')).deviceId, hashDeviceId('device-2'));
    const spaced = (first: string): string =>
      textOf('device-0').replace('"deviceId":"device-0"', `"deviceId":"${first}","deviceId" : "device-2"`);
    assert.equal(known.ask(spaced('device-1')).deviceId, hashDeviceId('device-2'));
    assert.equal(known.ask(spaced('device-3')).deviceId, hashDeviceId('device-2'));
  });
});

describe('a bounded memory', () => {
  it('keeps what is asked for', () => {
    const recent = new Recent<number>(10);
    recent.set('kept', 1);
    for (let index = 0; index < 100; index += 1) {
      recent.set(`${index}`, index);
      assert.equal(recent.get('kept'), 1);
    }
    assert.equal(recent.get('0'), undefined);
    assert.equal(recent.get('99'), 99);
  });
});
