// A store that forgets: for tests and for browsers without the Cache API.

import type { ClientStore } from './platform.ts';

export function createMemoryStore(): ClientStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    read: async (name) => files.get(name) ?? null,
    write: async (name, bytes) => {
      files.set(name, new Uint8Array(bytes));
    },
    remove: async (name) => {
      files.delete(name);
    },
    list: async (folder) =>
      [...files.keys()]
        .filter((name) => name.startsWith(`${folder}/`) && !name.slice(folder.length + 1).includes('/'))
        .map((name) => name.slice(folder.length + 1))
        .sort(),
    where: (name) => `memory: ${name}`,
  };
}
