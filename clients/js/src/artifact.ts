// Gets a variant's binary: from the cache, whose bytes are hashed before they are believed, or from the service.

import type { Manifest } from '@everypath/schema';
import { IntegrityError, OfflineError, ServiceResponseError } from './errors.ts';
import { sha256Hex } from './hash.ts';
import { requestBytes } from './http.ts';
import type { Platform } from './platform.ts';

const MAX_BINARY_BYTES = 64 << 20;

export interface Artifact {
  /** Hashed, and equal to the manifest's SHA-256: open these bytes, not a file that may change meanwhile. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly source: 'network' | 'cache';
}

async function download(
  platform: Platform,
  baseUrl: string,
  manifest: Manifest,
): Promise<Uint8Array<ArrayBuffer>> {
  const { artifact, sizeBytes, sha256, tag } = manifest;
  if (!artifact.startsWith('/') || artifact.startsWith('//') || sizeBytes > MAX_BINARY_BYTES) {
    throw new IntegrityError(`${tag}: the manifest points outside the service, or at more than 64 MiB`);
  }
  const answer = await requestBytes(platform, baseUrl + artifact, undefined, sizeBytes);
  if (answer.kind !== 'answer') {
    const why = answer.kind === 'unreachable' ? answer.why : 'the service says that it did not change';
    throw new OfflineError(`${tag}: cannot download the program: ${why}`);
  }
  const { body } = answer;
  if (body.length !== sizeBytes) {
    throw new IntegrityError(
      `${tag}: the download ended after ${body.length} of ${sizeBytes} bytes; try again`,
    );
  }
  const found = await sha256Hex(body);
  if (found !== sha256) {
    throw new IntegrityError(
      `${tag}: the downloaded program has SHA-256 ${found}, the manifest promises ${sha256}. ` +
        'It was not run; if that persists, publish the function anew',
    );
  }
  return body;
}

/** The binary of a manifest, verified. A corrupted cache entry is deleted and downloaded once more. */
export async function getArtifact(
  platform: Platform,
  baseUrl: string,
  manifest: Manifest,
): Promise<Artifact> {
  const { store, log } = platform;
  const name = `artifacts/${manifest.sha256}`;
  const cached = await store.read(name);
  if (cached) {
    if ((await sha256Hex(cached)) === manifest.sha256) return { bytes: cached, source: 'cache' };
    log('warn', `${store.where(name)} was corrupted; downloading it anew`);
    await store.remove(name).catch(() => undefined);
  }
  try {
    const bytes = await download(platform, baseUrl, manifest);
    await store
      .write(name, bytes)
      .catch((error: unknown) => log('warn', `cannot cache the program: ${error}`));
    return { bytes, source: 'network' };
  } catch (error) {
    if (error instanceof ServiceResponseError && error.status === 404) {
      throw new OfflineError(`${manifest.tag}: the service no longer has this program; load it again`);
    }
    throw error;
  }
}
