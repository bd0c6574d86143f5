// The ways in which the test service can fail. Names are what every SDK's tests ask for.

export const FAULTS = [
  'none',
  /** Manifests take 300 ms. */
  'slow',
  /** The binary's connection is cut half-way. */
  'truncated',
  /** The binary is well-framed and too short, or too long. */
  'short',
  'long',
  /** One bit of the binary, or of the signed manifest, is flipped. */
  'wrong-hash',
  'bad-signature',
  /** The manifest is genuine and past its expiry. */
  'expired',
  /** Another key under the same name; another key under another name. Both are served at /v1/keys as well. */
  'changed-key',
  'unknown-key',
  /** The chosen variant is as published, and does not load, or crashes; once that is reported another is chosen. */
  'does-not-load',
  'crashes',
  /** The same, and the service keeps to its choice. */
  'keeps-crashing',
  /** Genuine manifests for another question. */
  'other-tag',
  'other-target',
  'higher-isa',
  /** Refusals and failures. */
  'rate-limited',
  'broken',
  'reset',
  'unknown-function',
] as const;

export type Fault = (typeof FAULTS)[number];
export const isFault = (name: string): name is Fault => (FAULTS as readonly string[]).includes(name);
