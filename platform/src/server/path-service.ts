// The paths of published functions beyond those that were built: answered by their numbers, and linked, proven, stored
// and added to the registry when one is first asked for. The toolchain is opened at the first question.

import { readFile } from 'node:fs/promises';
import type { PathLinker, PathName, PathsOfTarget } from '@everypath/compiler';
import {
  type IsaLevel,
  isaCovers,
  librariesOfClass,
  ServiceError,
  type TargetName,
  type Variant,
} from '@everypath/schema';
import type { FunctionEntry, Selector } from '@everypath/variant-selector';
import type { Clock } from '../clock.ts';
import { createPathProver } from './path-prover.ts';

/** Which path: its number, its operator variants, or the one predicted fastest on a device class. */
export type PathAsk =
  | { readonly kind: 'named'; readonly name: PathName }
  | { readonly kind: 'best'; readonly deviceClass: string; readonly isaLevel: IsaLevel };

export interface LinkAnswer {
  readonly variant: Variant;
  readonly number: bigint;
  /** Whether it was linked for this request; else it was there. */
  readonly fresh: boolean;
  /** Objects that the store lacked. */
  readonly compiles: number;
  /** Of the link alone: without the proof and the registry. */
  readonly linkMs: number;
  readonly ms: number;
}

export interface PathService {
  paths(tag: string, target: TargetName): Promise<PathsOfTarget>;
  /**
   * Links the path unless it is there, runs it on the function's cases, and makes it a variant that can be forced, pinned
   * and served. Throws when it differs from CPython.
   */
  link(tag: string, target: TargetName, ask: PathAsk): Promise<LinkAnswer>;
  close(): Promise<void>;
}

export interface PathServiceDependencies {
  readonly selector: Pick<Selector, 'app' | 'function' | 'bestPaths'>;
  readonly publishToken: string;
  /** The store that builds use. */
  readonly cacheDir: string;
  readonly clock: Clock;
}

export function createPathService(dependencies: PathServiceDependencies): PathService {
  const { selector, publishToken, cacheDir, clock } = dependencies;
  const prover = createPathProver({ selector, cacheDir });
  let opening: Promise<PathLinker> | undefined;
  const linker = (): Promise<PathLinker> => {
    // The compiler is large, and most services are never asked.
    opening ??= import('@everypath/compiler').then(({ openPathLinker }) => openPathLinker({ cacheDir }));
    // A toolchain that is installed later is found by the next who asks.
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  /** Links under way, by variant id: asked for twice, made once. */
  const pending = new Map<string, Promise<LinkAnswer>>();

  const entryOf = (tag: string): FunctionEntry => {
    const entry = selector.function(tag);
    if (entry) return entry;
    throw refusal(404, 'EP_FUNCTION_NOT_FOUND', `no function is published as ${tag}`, 'Publish it first.');
  };

  async function put(path: string, body: Uint8Array<ArrayBuffer> | string, type: string): Promise<void> {
    const headers = { authorization: `Bearer ${publishToken}`, 'content-type': type };
    const response = await selector.app.request(path, { method: 'PUT', headers, body });
    if (response.ok) return;
    throw refusal(503, 'EP_NOT_ADDED', await response.text(), 'The registry did not take the variant.');
  }

  async function linkAndAdd(entry: FunctionEntry, target: TargetName, number: bigint): Promise<LinkAnswer> {
    const startedMs = clock.ticksMs();
    const linked = await (await linker()).link({ irText: entry.irText, target, path: number });
    if (!linked) throw new Error(`path ${number} was there and is not`);
    const { compiles } = linked;
    const linkMs = clock.ticksMs() - startedMs;
    const proof = await prover.prove(entry, linked.variant, linked.file);
    const variant = { ...linked.variant, ...(proof ? { proof } : {}) };
    const bytes = new Uint8Array(await readFile(linked.file));
    await put(`/v1/artifacts/${variant.sha256}`, bytes, 'application/octet-stream');
    const where = `/v1/functions/${entry.tag}/variants/${variant.id}`;
    await put(where, JSON.stringify(variant), 'application/json');
    return { variant, number, fresh: true, compiles, linkMs, ms: clock.ticksMs() - startedMs };
  }

  return {
    paths: async (tag, target) => {
      const { irText } = entryOf(tag);
      return (await linker()).paths(irText, target);
    },
    async link(tag, target, ask) {
      const startedMs = clock.ticksMs();
      const entry = entryOf(tag);
      const paths = (await linker()).paths(entry.irText, target);
      const named = paths.at(ask.kind === 'named' ? ask.name : fastest(selector, entry, paths, ask));
      if (!named) {
        const hint = `GET /v1/functions/${tag}/paths?target=${target} says what there is.`;
        throw refusal(404, 'EP_PATH_NOT_FOUND', `${tag} has no such path for ${target}`, hint);
      }
      const { number } = named;
      const known = entry.variants.find(({ id }) => id === named.id);
      if (known)
        return {
          variant: known,
          number,
          fresh: false,
          compiles: 0,
          linkMs: 0,
          ms: clock.ticksMs() - startedMs,
        };
      const underWay = pending.get(named.id) ?? linkAndAdd(entry, target, number);
      pending.set(named.id, underWay);
      try {
        return await underWay;
      } finally {
        pending.delete(named.id);
      }
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      await Promise.all([opened?.close(), prover.close()]);
    },
  };
}

/** The path predicted fastest on a class among all, built or not: what a program of each level may choose competes. */
function fastest(
  selector: Pick<Selector, 'bestPaths'>,
  entry: FunctionEntry,
  paths: PathsOfTarget,
  { deviceClass, isaLevel }: Extract<PathAsk, { kind: 'best' }>,
): PathName {
  const installed = librariesOfClass(deviceClass);
  const ranked = paths.levels
    .filter(({ level }) => isaCovers(isaLevel, level))
    .flatMap(({ level }) =>
      selector.bestPaths(entry.tag, { deviceClass, options: paths.choicesAt(level, installed), count: 1 }),
    )
    .toSorted((a, b) => a.predictedNs - b.predictedNs);
  return ranked[0]?.path ?? [];
}

const refusal = (status: 404 | 503, code: string, message: string, hint: string): ServiceError =>
  new ServiceError(code, { status, hint }, message);
