// The cache in a browser: the Cache API, which pages and workers share and which outlives them.

import { createMemoryStore } from './memory-store.ts';
import type { ClientStore } from './platform.ts';

const CACHE = 'everypath';
const PREFIX = '/.everypath/';

const keyOf = (name: string): string => PREFIX + name.split('/').map(encodeURIComponent).join('/');

/** A store in the Cache API; forgetful where there is none (pages not served securely). */
export function createCacheApiStore(): ClientStore {
  if (typeof caches === 'undefined') return createMemoryStore();
  return {
    async read(name) {
      const response = await (await caches.open(CACHE)).match(keyOf(name));
      return response ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    async write(name, bytes) {
      await (await caches.open(CACHE)).put(keyOf(name), new Response(new Uint8Array(bytes)));
    },
    async remove(name) {
      await (await caches.open(CACHE)).delete(keyOf(name));
    },
    async list(folder) {
      const keys = await (await caches.open(CACHE)).keys();
      const prefix = `${keyOf(folder)}/`;
      return keys
        .map((request) => new URL(request.url).pathname)
        .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
        .map((path) => decodeURIComponent(path.slice(prefix.length)))
        .sort();
    },
    where: (name) => `Cache API '${CACHE}': ${keyOf(name)}`,
  };
}
