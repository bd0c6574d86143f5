// Randomness: one injected source for identities, and streams that a key determines, for exploration that is
// sticky per device and can be replayed. The only place that touches the ambient source.

import { hash, randomBytes } from 'node:crypto';

/** Uniform in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

/** The stream that belongs to a key: sfc32 (C. Doty-Humphrey, PractRand) seeded with the key's SHA-256. */
export function keyedRandom(key: string): Random {
  // As text of bytes: a buffer takes longer to make than the hash.
  const digest = hash('sha256', key, 'binary');
  let a = int32At(digest, 0);
  let b = int32At(digest, 4);
  let c = int32At(digest, 8);
  let counter = int32At(digest, 12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  };
}

const int32At = (bytes: string, at: number): number =>
  bytes.charCodeAt(at) |
  (bytes.charCodeAt(at + 1) << 8) |
  (bytes.charCodeAt(at + 2) << 16) |
  (bytes.charCodeAt(at + 3) << 24);

/** A standard normal number (Box-Muller). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Standard normal numbers, two from each pair of uniform ones (Box-Muller). */
export function normals(random: Random): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const held = spare;
      spare = null;
      return held;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** All numbers of four hexadecimal digits: looking them up takes a third of writing them. */
const HEX = Array.from({ length: 0x1_0000 }, (_, index) => index.toString(16).padStart(4, '0'));

/** `count` hexadecimal digits. */
export function hexId(random: Random, count: number): string {
  let text = '';
  while (text.length < count) text += HEX[Math.floor(random() * HEX.length)]!;
  return text.slice(0, count);
}

/** A name that no other process or thread comes up with, for files that are about to be renamed. */
export const uniqueSuffix = (): string => randomBytes(8).toString('hex');
