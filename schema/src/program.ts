// What a compiled program says of itself (`ep_describe`) and what the registry keeps of it.

import { z } from 'zod';
import { libraryNameSchema } from './libraries.ts';
import { isaLevelSchema, targetNameSchema } from './targets.ts';
import { typeSchema } from './types.ts';

/** A Python tag: `@user/name`. */
export const tagSchema = z
  .string()
  .regex(/^@[a-z0-9][a-z0-9-]{0,38}\/[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a tag like @user/name');

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** Hash of (IR, target, path, toolchain): 16 hex digits. */
export const variantIdSchema = z.string().regex(/^[0-9a-f]{16}$/, 'expected a variant id: 16 hex digits');

export const parameterSchema = z.object({
  name: z.string(),
  type: typeSchema,
  /** JSON value of the default, where the parameter has one. */
  default: z.json().optional(),
});

export const signatureSchema = z.object({ parameters: z.array(parameterSchema), result: typeSchema });
export type Signature = z.output<typeof signatureSchema>;
export type Parameter = z.output<typeof parameterSchema>;

/** One node with a choice, or without one but timed all the same. `index` is its number in `ep_probe_record`. */
export const nodeSchema = z.object({
  index: z.number().int().nonnegative(),
  operator: z.string(),
  /** What the operator is specialised for: type keys, attributes and, when fused, the hash of its body. */
  specialization: z.string(),
  /** Short text for people: `(x - mean) / std`. */
  label: z.string(),
  /** Line in the Python source. */
  line: z.number().int().nonnegative(),
  /** Names of the size features that its probe records carry, in order. */
  features: z.array(z.string()).max(4),
});
export type ProgramNode = z.output<typeof nodeSchema>;

/** `path[i]` is the operator variant chosen at node i. */
export const pathSchema = z.array(z.string());

export const programDescriptionSchema = z.object({
  abi: z.literal(1),
  tag: tagSchema,
  file: z.string(),
  signature: signatureSchema,
  nodes: z.array(nodeSchema),
});
export type ProgramDescription = z.output<typeof programDescriptionSchema>;

/** How a variant was proven right before it was published. */
export const proofSchema = z.object({
  /** executed: its own code ran and agreed with CPython. inspected: its structure was checked only. */
  how: z.enum(['executed', 'inspected', 'unproven']),
  /** By what: `linux-x86_64 natively`, `node 24`. Or why not. */
  by: z.string(),
  cases: z.number().int().nonnegative(),
  /** Largest error seen as a share of what the tolerance allows. */
  worst: z.number().nonnegative(),
});
export type Proof = z.output<typeof proofSchema>;

export const variantSchema = z.object({
  id: variantIdSchema,
  target: targetNameSchema,
  path: pathSchema,
  /** The level the whole program needs: the highest of its operator variants. */
  isaLevel: isaLevelSchema,
  /** Libraries that it imports beside the C library; absent where there are none. */
  libraries: z.array(libraryNameSchema).min(1).optional(),
  sha256: sha256Schema,
  sizeBytes: z.number().int().positive(),
  proof: proofSchema,
});
export type Variant = z.output<typeof variantSchema>;

/** A compiled function: what `compile` publishes to the registry. Binaries travel beside it, by SHA-256. */
export const publicationSchema = z.object({
  tag: tagSchema,
  description: z.string(),
  file: z.string(),
  source: z.string(),
  signature: signatureSchema,
  nodes: z.array(nodeSchema),
  irText: z.string(),
  irHash: z.string(),
  toolchain: z.string(),
  /** The artifact with the function's cases and CPython's answers: what variants linked later are run against. */
  cases: sha256Schema.optional(),
  variants: z.array(variantSchema),
});
export type Publication = z.output<typeof publicationSchema>;
