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
