// A function with its cases as bytes: what another machine, or a later day, needs to prove a variant without Python.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { decodeCase, encodeCase } from './case-json.ts';
import type { OracleCase } from './oracle.ts';

export interface FunctionBundle {
  readonly irText: string;
  readonly cases: readonly OracleCase[];
}

/** A bundle comes from whoever may publish; no honest one is larger when unpacked. */
const MAX_BYTES = 256 * 2 ** 20;

const bundleSchema = z.object({ irText: z.string(), cases: z.array(z.custom<OracleCase>()) });

/** JSON in zstd: the same function and cases give the same bytes. */
export const encodeBundle = (bundle: FunctionBundle): Uint8Array<ArrayBuffer> =>
  new Uint8Array(zstdCompressSync(JSON.stringify(bundle, encodeCase)));

/** Throws on what is no bundle, or too large. */
export const decodeBundle = (bytes: Uint8Array): FunctionBundle =>
  bundleSchema.parse(
    JSON.parse(zstdDecompressSync(bytes, { maxOutputLength: MAX_BYTES }).toString(), decodeCase),
  );
