// Signs a manifest: ECDSA P-256 with SHA-256 over its exact bytes, in IEEE P1363 form. Says nothing of its content.

import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeySet, Manifest, SignedManifest } from '@everypath/schema';
import type { SigningKey } from './key-folder.ts';

/** The manifest as it travels. */
export function signManifest(manifest: Manifest, key: SigningKey): SignedManifest {
  const bytes = Buffer.from(JSON.stringify(manifest), 'utf8');
  const signature = sign('sha256', bytes, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return { manifest: bytes.toString('base64'), signature: signature.toString('base64'), keyId: key.keyId };
}

/** Whether the signature is that of a key of the set over these bytes. */
export function verifyManifest(signed: SignedManifest, keys: KeySet): boolean {
  const jwk = keys.keys.find((key) => key.kid === signed.keyId);
  if (jwk === undefined) return false;
  return verify(
    'sha256',
    Buffer.from(signed.manifest, 'base64'),
    { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signed.signature, 'base64'),
  );
}
