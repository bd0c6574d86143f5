// What the service last answered, and what last ran, kept for when it is away or its answer fails.

import type { SignedManifest } from '@everypath/schema';
import type { Platform } from './platform.ts';

/** An answer as it came, with the name that the service gave it. */
export interface KeptAnswer extends SignedManifest {
  readonly etag: string | null;
}

/** latest: the last answer; good: the last one whose program has completed a call. */
export type KeptKind = 'latest' | 'good';

export interface Question {
  /** Folder of the store that holds what belongs to the service. */
  readonly folder: string;
  readonly tag: string;
  readonly target: string;
  readonly isaLevel: string;
  readonly variant: string | undefined;
}

function nameOf({ folder, tag, target, isaLevel, variant }: Question, kind: KeptKind): string {
  const parts = [tag.slice(1).replace('/', '+'), target, isaLevel, variant ?? 'chosen'];
  return `${folder}/manifests/${parts.join('@')}${kind === 'good' ? '.good' : ''}.json`;
}

/** The kept answer; null where there is none or it cannot be read. It is as little believed as one from the network. */
export async function readKept(
  { store }: Pick<Platform, 'store'>,
  question: Question,
  kind: KeptKind,
): Promise<KeptAnswer | null> {
  const bytes = await store.read(nameOf(question, kind)).catch(() => null);
  if (bytes === null) return null;
  try {
    const kept = JSON.parse(new TextDecoder().decode(bytes)) as KeptAnswer;
    return { ...kept, etag: typeof kept.etag === 'string' ? kept.etag : null };
  } catch {
    return null;
  }
}

/** Keeps an answer; a store that cannot be written costs nothing but the keeping. */
export async function writeKept(
  { store, log }: Pick<Platform, 'store' | 'log'>,
  question: Question,
  kind: KeptKind,
  answer: KeptAnswer,
): Promise<void> {
  await store
    .write(nameOf(question, kind), new TextEncoder().encode(JSON.stringify(answer)))
    .catch((error: unknown) => log('warn', `cannot cache the manifest: ${error}`));
}

export async function removeKept(
  { store }: Pick<Platform, 'store'>,
  question: Question,
  kind: KeptKind,
): Promise<void> {
  await store.remove(nameOf(question, kind)).catch(() => undefined);
}
