// A hash to 32 bits that outsiders cannot predict, for tables of fixed size. Not for signatures.

/** FNV-1a over the key's UTF-16 units, seeded, and finished as MurmurHash3 does. */
export function keyedHash(seed: number): (key: string, row: number) => number {
  return (key, row) => {
    let hash = (0x811c9dc5 ^ seed ^ Math.imul(row + 1, 0x9e3779b1)) >>> 0;
    for (let index = 0; index < key.length; index++) {
      hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
}

const words = new Uint32Array(2);
const number = new Float64Array(words.buffer);

/** A hash of numbers, in their order, that continues `hash`. */
export function hashNumber(hash: number, value: number): number {
  number[0] = value;
  const low = Math.imul(hash ^ (words[0] ?? 0), 0x85ebca6b);
  const high = Math.imul(low ^ (low >>> 15) ^ (words[1] ?? 0), 0xc2b2ae35);
  return (high ^ (high >>> 13)) >>> 0;
}
