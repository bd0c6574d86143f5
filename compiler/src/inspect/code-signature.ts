// Whether a Mach-O file's ad-hoc signature holds: Apple's kernel kills a process that touches a page whose hash is not
// the one in the code directory. After Apple's <kern/cs_blobs.h>; its numbers are big-endian.

import { createHash } from 'node:crypto';

const MAGIC = { superBlob: 0xfade0cc0, codeDirectory: 0xfade0c02 } as const;
const CODE_DIRECTORY_SLOT = 0;
const AD_HOC = 0x2;
const SHA256 = 2;

/** Where LC_CODE_SIGNATURE says that the signature lies. */
export interface SignaturePlace {
  readonly offset: number;
  readonly size: number;
}

/** What is wrong with the signature; nothing when every page has its hash. */
export function signatureFaults(bytes: Uint8Array, place: SignaturePlace): readonly string[] {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset, size } = place;
  if (offset + size > bytes.length) throw new RangeError('a signature beyond the file');
  if (file.getUint32(offset) !== MAGIC.superBlob) return ['its code signature is no signature'];
  const directory = findDirectory(file, offset);
  if (directory === null) return ['its code signature has no code directory'];
  return directoryFaults(bytes, file, directory, offset);
}

function findDirectory(file: DataView, offset: number): number | null {
  for (let index = 0; index < file.getUint32(offset + 8); index++) {
    const at = offset + 12 + index * 8;
    const start = offset + file.getUint32(at + 4);
    if (file.getUint32(at) === CODE_DIRECTORY_SLOT && file.getUint32(start) === MAGIC.codeDirectory)
      return start;
  }
  return null;
}

function directoryFaults(bytes: Uint8Array, file: DataView, at: number, signed: number): readonly string[] {
  const [flags, hashes, count, limit] = [12, 16, 28, 32].map((field) => file.getUint32(at + field)) as [
    number,
    number,
    number,
    number,
  ];
  const [hashSize, hashType, pageShift] = [36, 37, 39].map((field) => file.getUint8(at + field));
  if (!(flags & AD_HOC)) return ['its code signature is not ad hoc'];
  if (hashType !== SHA256 || hashSize !== 32) return ['its code signature does not use SHA-256'];
  // All of the file that comes before the signature, no more and no less.
  if (limit !== signed) return [`its code signature covers ${limit} of ${signed} bytes`];
  const page = 2 ** (pageShift ?? 0);
  if (count !== Math.ceil(limit / page)) return ['its code signature misses pages'];
  const wrong: number[] = [];
  for (let index = 0; index < count; index++) {
    const content = bytes.subarray(index * page, Math.min((index + 1) * page, limit));
    const start = at + hashes + index * hashSize;
    const stated = bytes.subarray(start, start + hashSize);
    if (!createHash('sha256').update(content).digest().equals(stated)) wrong.push(index);
  }
  return wrong.length === 0 ? [] : [`its code signature does not match page ${wrong.join(', ')}`];
}
