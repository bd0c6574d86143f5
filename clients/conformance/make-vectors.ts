// Writes `vectors/signatures.json`: fixed manifests and signatures that every SDK must accept or refuse. Run by hand;
// the file is committed, so that all SDKs check the same bytes for good.

import { sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeKey, signManifest } from './service-keys.ts';

const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const key = makeKey('vector-key');
const stranger = makeKey('vector-key');

interface Case {
  readonly name: string;
  readonly manifest: string;
  readonly signature: string;
  readonly keyId: string;
  readonly accept: boolean;
}

const cases: Case[] = [];
const add = (name: string, accept: boolean, signed: Omit<Case, 'name' | 'accept'>): void => {
  cases.push({ name, accept, ...signed });
};

const word = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

for (let index = 0; index < 8; index++)
  add(`genuine ${index}`, true, signManifest({ index, text: 'é😀' }, key));

const good = signManifest({ index: 100 }, key);
const bytes = Buffer.from(good.signature, 'base64');
const r = bytes.subarray(0, 32);
const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
const withSignature = (signature: Buffer) => ({ ...good, signature: signature.toString('base64') });

// ECDSA itself accepts (r, n - s) as well; a manifest's identity never depends on its signature.
add('the mirrored signature', true, withSignature(Buffer.concat([r, word(ORDER - s)])));
add('another key under the same name', false, signManifest({ index: 100 }, stranger));
add('a key that is not known', false, { ...good, keyId: 'nobody' });
add('one bit of the manifest', false, { ...good, manifest: Buffer.from('{"index":101}').toString('base64') });
const flipped = Buffer.from(bytes);
flipped[40] = (flipped[40] ?? 0) ^ 1;
add('one bit of the signature', false, withSignature(flipped));
add('all zeros', false, withSignature(Buffer.alloc(64)));
add('r is zero', false, withSignature(Buffer.concat([word(0n), word(s)])));
add('s is zero', false, withSignature(Buffer.concat([r, word(0n)])));
add('s is the order', false, withSignature(Buffer.concat([r, word(ORDER)])));
add('r and s are one', false, withSignature(Buffer.concat([word(1n), word(1n)])));
add('63 bytes', false, withSignature(bytes.subarray(0, 63)));
add('65 bytes', false, withSignature(Buffer.concat([bytes, Buffer.alloc(1)])));
add('empty', false, { ...good, signature: '' });
add('DER instead of r and s', false, {
  ...good,
  signature: sign('sha256', Buffer.from(good.manifest, 'base64'), key.secret).toString('base64'),
});
add('not base64', false, { ...good, signature: '*'.repeat(88) });
add('base64 of the URL kind', false, { ...good, manifest: good.manifest.replace(/[A-Z]/, '-') });
add('base64 without padding', false, { ...good, signature: good.signature.replace(/=+$/, '') });

const folder = join(import.meta.dirname, 'vectors');
mkdirSync(folder, { recursive: true });
const text = JSON.stringify({ keys: [key.public], cases }, null, 2);
writeFileSync(join(folder, 'signatures.json'), `${text}\n`);
