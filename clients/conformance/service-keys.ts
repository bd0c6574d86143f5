// Signing keys of the test service, made anew for each session, and how it signs a manifest.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { KeySet, SignedText } from '@everypath/schema';

export interface SigningKey {
  readonly kid: string;
  readonly secret: KeyObject;
  readonly public: KeySet['keys'][number];
}

export function makeKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { kid, secret: privateKey, public: { kid, kty: 'EC', crv: 'P-256', x, y } };
}

export function signManifest(manifest: object, key: SigningKey): SignedText {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const signature = sign('sha256', bytes, { key: key.secret, dsaEncoding: 'ieee-p1363' });
  return { manifest: bytes.toString('base64'), signature: signature.toString('base64'), keyId: key.kid };
}
