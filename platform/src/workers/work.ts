// What travels through the queue, checked where it is taken out. Whoever can write to the queue decides what workers
// compile and run: it is as trusted as the machine that builds.

import { ISA_LEVELS, libraryNameSchema, proofSchema, TARGET_NAMES, variantSchema } from '@everypath/schema';
import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const target = z.enum(TARGET_NAMES);
const isa = z.enum(Object.values(ISA_LEVELS).flat() as [string, ...string[]]);

const compile = z.object({
  kind: z.literal('compile'),
  toolchain: z.string(),
  target,
  isa,
  flags: z.array(z.string().regex(/^-/)),
  text: z.string(),
  includesDigest: z.string(),
});

const link = z.object({
  kind: z.literal('link'),
  toolchain: z.string(),
  target,
  objects: z.array(digest),
  libraries: z.array(libraryNameSchema),
});

const verify = z.object({
  kind: z.literal('verify'),
  /** Content in the shared store: the function and its cases. */
  function: digest,
  variant: variantSchema.omit({ proof: true }),
});

export const workSchema = z.discriminatedUnion('kind', [compile, link, verify]);
export type Work = z.output<typeof workSchema>;

/** What a worker answers. A failure that would be the same on every worker is an answer too, and is not tried again. */
export const answerSchema = z.union([
  z.object({ done: z.literal(true), proof: proofSchema.nullish() }),
  z.object({ failed: z.object({ code: z.string(), message: z.string(), hint: z.string() }) }),
]);
export type Answer = z.output<typeof answerSchema>;
