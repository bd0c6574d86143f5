// Requests that were read before, by their exact text: a device that comes back says the same again, and need not be
// parsed, checked and hashed anew.

import type { Ask } from '../policy/decision.ts';

/** Texts of one generation. A text is some 600 bytes: both generations take 25 MB at most. */
const GENERATION = 16_384;
/** Longer ones are no device's usual request. */
const LONGEST = 2_048;

/** Keeps those of the last two generations: a text that is asked for stays, one that is not goes. */
export class KnownRequests {
  #young = new Map<string, Ask>();
  #old = new Map<string, Ask>();

  /** What the text says; `read` is called where it is not known. */
  read(text: string, read: (text: string) => Ask): Ask {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const ask = this.#old.get(text) ?? read(text);
    if (text.length > LONGEST) return ask;
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, ask);
    return ask;
  }
}
