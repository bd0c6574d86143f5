// Signed manifests as text. What is signed is the same for all devices that get a variant within a window of time, so a
// signature (33 µs, as much as all else of a fetch) is made once for all of them.

import type { Manifest } from '@everypath/schema';
import type { FunctionEntry } from '../registry/function-entry.ts';
import type { SigningKey } from '../signing/key-folder.ts';
import { signManifest } from '../signing/sign-manifest.ts';

/** An answer stays good for this part of a manifest's life; then the next fetch brings a fresh one. */
const WINDOWS_PER_LIFETIME = 4;

/** The time in which manifests of a variant are the same. */
export interface ManifestWindow {
  /** Counted since 1970. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of manifests issued in it: so that a device has three quarters of a life left at least. */
  readonly expiresAtMs: number;
}

/** The window that holds a time. */
export function windowAt(nowMs: number, lifetimeMs: number): ManifestWindow {
  const lengthMs = lifetimeMs / WINDOWS_PER_LIFETIME;
  const number = Math.floor(nowMs / lengthMs);
  const startMs = Math.floor(number * lengthMs);
  return { number, startMs, endMs: (number + 1) * lengthMs, expiresAtMs: startMs + Math.floor(lifetimeMs) };
}

interface Kept {
  readonly window: number;
  readonly keyId: string;
  readonly text: string;
}

const signed = new WeakMap<FunctionEntry, Map<string, Kept>>();

/**
 * The beginning of a `SignedManifest` as JSON, up to and without what is a fetch's own. `variant` is one of the
 * function's, of this revision or an earlier one.
 */
export function signedText(
  entry: FunctionEntry,
  variant: string,
  window: ManifestWindow,
  key: SigningKey,
): string {
  let known = signed.get(entry);
  if (known === undefined) {
    known = new Map();
    signed.set(entry, known);
  }
  const kept = known.get(variant);
  if (kept !== undefined && kept.window === window.number && kept.keyId === key.keyId) return kept.text;
  // Base64 and a key's name need no escapes.
  const { manifest, signature, keyId } = signManifest(manifestOf(entry, variant, window), key);
  const text = `{"manifest":"${manifest}","signature":"${signature}","keyId":"${keyId}"`;
  known.set(variant, { window: window.number, keyId, text });
  return text;
}

function manifestOf(entry: FunctionEntry, id: string, window: ManifestWindow): Manifest {
  const { variant, nodes, signature } = entry.programs.get(id)!;
  return {
    version: 2,
    tag: entry.tag,
    variant: variant.id,
    target: variant.target,
    isaLevel: variant.isaLevel,
    sha256: variant.sha256,
    sizeBytes: variant.sizeBytes,
    artifact: `/v1/artifacts/${variant.sha256}`,
    signature,
    nodes: [...nodes],
    path: variant.path,
    issuedAtMs: window.startMs,
    expiresAtMs: window.expiresAtMs,
  };
}
