// The fetch: a device says what it is, the selector answers with a signed manifest of one variant.

import { z } from 'zod';
import { deviceFeaturesSchema } from './device.ts';
import {
  nodeSchema,
  pathSchema,
  sha256Schema,
  signatureSchema,
  tagSchema,
  variantIdSchema,
} from './program.ts';
import { isaLevelSchema, targetNameSchema } from './targets.ts';
import { causeSchema } from './telemetry.ts';

export const fetchRequestSchema = z.object({
  device: deviceFeaturesSchema,
  /** Random, made by the client, rotated; keeps exploration sticky. Never joined with an address. */
  deviceId: z.string().min(8).max(64),
  /** Forces this variant. */
  variant: variantIdSchema.optional(),
  /** false: never a trial variant. */
  explore: z.boolean().default(true),
  /** true: the calls are a benchmark and stay out of the models. */
  bench: z.boolean().default(false),
});
export type FetchRequest = z.output<typeof fetchRequestSchema>;
export type FetchRequestInput = z.input<typeof fetchRequestSchema>;

/** Why this variant: forced by the caller, pinned in the registry, predicted fastest, tried, or nothing known yet. */
export const REASONS = ['forced', 'pinned', 'predicted', 'explore', 'cold'] as const;
export const reasonSchema = z.enum(REASONS);
export type Reason = z.output<typeof reasonSchema>;

/** What all devices that are served a variant share: the part that is signed, because it says what is loaded. */
export const manifestSchema = z.object({
  version: z.literal(2),
  tag: tagSchema,
  variant: variantIdSchema,
  target: targetNameSchema,
  isaLevel: isaLevelSchema,
  sha256: sha256Schema,
  sizeBytes: z.number().int().positive(),
  /** Path below the service's address: `/v1/artifacts/<sha256>`. */
  artifact: z.string(),
  signature: signatureSchema,
  nodes: z.array(nodeSchema),
  path: pathSchema,
  /** Milliseconds since 1970. A client may use an expired manifest when the service is away, and says so. */
  issuedAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
});
export type Manifest = z.output<typeof manifestSchema>;

/**
 * What is one fetch's own: why this variant, and the token that its samples are believed with. Outside the signature:
 * nothing that runs depends on it, and the token carries a MAC of its own over device, function, variant and cause.
 */
export const issueSchema = z.object({
  reason: reasonSchema,
  cause: causeSchema,
  decisionId: z.string(),
  /** Predicted latency of one call at the sizes seen so far, in ns; null when nothing is known. */
  predictedNs: z.number().nullable(),
  telemetryToken: z.string(),
});
export type Issue = z.output<typeof issueSchema>;

/**
 * What travels: the manifest's exact bytes and their ECDSA P-256 / SHA-256 signature (IEEE P1363 form, 64 bytes),
 * both base64, and this fetch's own part. Verify first, parse after.
 */
export const signedManifestSchema = z.object({
  manifest: z.base64(),
  signature: z.base64(),
  keyId: z.string(),
  issue: issueSchema,
});
export type SignedManifest = z.output<typeof signedManifestSchema>;
/** A manifest once it is believed, with what came beside it. */
export type Served = Manifest & Issue;
/** Bytes and signature alone. */
export type SignedText = Omit<SignedManifest, 'issue'>;

/** Public keys of the service, as JSON Web Keys. Two at most: current and next. */
export const keySetSchema = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
    }),
  ),
});
export type KeySet = z.output<typeof keySetSchema>;
