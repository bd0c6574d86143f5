// Compiles and links as data, so that another machine can do them: what goes in is text, or content by its hash, and
// what comes out lies in the shared store under the key that both sides compute. A machine with another toolchain or
// other headers refuses: its product would have another key.

import { type IsaLevel, type LibraryName, TARGETS, type TargetName } from '@everypath/schema';
import type { CacheEntry } from '../store/object-cache.ts';
import { TARGET_TOOLCHAINS } from '../targets/registry.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import { BuildError } from '../toolchain/build-error.ts';
import type { BuildTools } from '../toolchain/build-tools.ts';
import { type CompileRequest, compileObject } from '../toolchain/compile-object.ts';
import { createHeaderDigests } from '../toolchain/header-digest.ts';
import { type LinkParts, linkProgram } from '../toolchain/link-program.ts';
import { supportTarget } from '../toolchain/stub-libraries.ts';
import { unitIncludes } from './plan-target.ts';

/** One unit of generated C++ to compile. */
export interface CompileWork {
  readonly kind: 'compile';
  /** Id of the toolchain that it is for. */
  readonly toolchain: string;
  readonly target: TargetName;
  readonly isa: IsaLevel;
  readonly flags: readonly string[];
  readonly text: string;
  readonly includesDigest: string;
}

/** Objects to link to one program. */
export interface LinkWork {
  readonly kind: 'link';
  readonly toolchain: string;
  readonly target: TargetName;
  /** SHA-256 of each object, in the order of the link. */
  readonly objects: readonly string[];
  /** Libraries that the objects call. */
  readonly libraries: readonly LibraryName[];
}

export type PortableWork = CompileWork | LinkWork;

/** Has work done by other machines that share a store with this one. */
export interface Elsewhere {
  /** Resolves when the product is in the shared store; `key` names the work: asked twice, done once. */
  perform(work: PortableWork, key: string): Promise<void>;
}

export const compileWork = (toolchain: string, request: CompileRequest): CompileWork | undefined =>
  request.source.kind === 'text'
    ? {
        kind: 'compile',
        toolchain,
        target: request.target.name,
        isa: request.isa,
        flags: request.flags,
        text: request.source.text,
        includesDigest: request.includesDigest,
      }
    : undefined;

export const linkWork = (
  toolchain: string,
  target: TargetToolchain,
  { objects, libraries }: LinkParts,
): LinkWork => ({
  kind: 'link',
  toolchain,
  target: target.name,
  objects: objects.map((object) => object.sha256),
  libraries,
});

/** Does the work with this machine's tools, whose cache puts the product into the shared store. */
export async function performWork(
  tools: BuildTools,
  work: PortableWork,
  signal?: AbortSignal,
): Promise<CacheEntry> {
  const target = TARGET_TOOLCHAINS[work.target];
  if (work.toolchain !== tools.toolchain.id) throw unlike('toolchain');
  if (work.kind === 'link') {
    const objects = await Promise.all(work.objects.map((digest) => objectOf(tools, digest)));
    const support = await supportTarget(tools, target, signal);
    return (await linkProgram(tools, target, support, { objects, libraries: work.libraries }, signal)).entry;
  }
  const includes = unitIncludes(tools.toolchain.sysroot);
  const includesDigest = createHeaderDigests(includes).ofText(work.text);
  if (includesDigest !== work.includesDigest) throw unlike('set of operators');
  const { isa, flags, text } = work;
  const request: CompileRequest = {
    target,
    isa,
    flags,
    source: { kind: 'text', text },
    includes,
    includesDigest,
    ...(signal ? { signal } : {}),
  };
  return (await compileObject(tools, request)).entry;
}

async function objectOf(tools: BuildTools, digest: string): Promise<CacheEntry> {
  const entry = await tools.cache.content(digest, '.o');
  if (entry) return entry;
  throw new BuildError(
    'EP_WORKERS',
    `The object ${digest.slice(0, 12)} is not in the shared store.`,
    'Do the builder and the workers use the same bucket?',
  );
}

const unlike = (what: string): BuildError =>
  new BuildError(
    'EP_WORKERS',
    `This worker has another ${what} than the builder.`,
    'Run workers of the same version of everypath, with the same packages of LLVM.',
  );

export interface Made {
  readonly entry: CacheEntry;
  readonly hit: boolean;
}

/** The product of work: found, or made elsewhere. */
export async function fromElsewhere(
  { cache }: BuildTools,
  elsewhere: Elsewhere,
  product: { readonly key: string; readonly extension: string },
  work: PortableWork,
): Promise<Made> {
  const known = await cache.find(product.key, product.extension);
  if (known) return { entry: known, hit: true };
  await elsewhere.perform(work, product.key);
  const made = await cache.find(product.key, product.extension);
  if (made) return { entry: made, hit: false };
  throw new BuildError(
    'EP_WORKERS',
    `A worker finished a ${work.kind}, and its product is not in the shared store.`,
    'Do the builder and the workers use the same bucket?',
  );
}

export const productExtension = (target: TargetName): string => TARGETS[target].extension;
