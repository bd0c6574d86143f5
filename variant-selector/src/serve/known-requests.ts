// Requests that were read before, by their text without the device's id: what devices of one model say differs in
// nothing else, and need not be parsed, checked and hashed anew for each of them.

import type { Ask } from '../policy/decision.ts';
import { Recent } from './recent.ts';

/** Texts without an id. One is some 600 bytes: all of them take 5 MB at most. */
const SHAPES = 4_096;
/** Devices, at some 150 bytes each: 20 MB at most. */
const DEVICES = 65_536;
/** Longer ones are no device's usual request. */
const LONGEST = 2_048;

const BEFORE_ID = '"deviceId":"';
/** Ids that stand in JSON as they are, within the bounds of the schema. */
const PLAIN_ID = /^[\w.-]{8,64}$/;

export class KnownRequests {
  readonly #shapes = new Recent<Ask>(SHAPES);
  readonly #hashes = new Recent<string>(DEVICES);

  /** What the text says; `read` is called where its like is not known, `hash` for a device that is not. */
  read(text: string, read: (text: string) => Ask, hash: (deviceId: string) => string): Ask {
    const from = text.indexOf(BEFORE_ID) + BEFORE_ID.length;
    const to = text.indexOf('"', from);
    const id = text.slice(from, to);
    // The key may come once only: then no other value can be meant by it.
    const usual = from >= BEFORE_ID.length && text.length <= LONGEST && PLAIN_ID.test(id);
    if (!usual || text.includes('"deviceId"', to)) return read(text);
    const shape = text.slice(0, from) + text.slice(to);
    const known = this.#shapes.get(shape);
    if (known !== undefined) return { ...known, deviceId: this.#hashOf(id, hash) };
    const ask = read(text);
    if (ask.deviceId === hash(id)) this.#shapes.set(shape, ask);
    return ask;
  }

  #hashOf(id: string, hash: (deviceId: string) => string): string {
    let known = this.#hashes.get(id);
    if (known === undefined) {
      known = hash(id);
      // A copy: a part of the request's text would keep the whole of it.
      this.#hashes.set(Buffer.from(id).toString(), known);
    }
    return known;
  }
}
