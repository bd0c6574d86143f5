// A random name for this device: keeps exploration sticky for a month, then changes. Tells nothing about anyone.

import type { ClientStore, Clock } from './platform.ts';

const ROTATE_AFTER_MS = 30 * 24 * 3_600_000;
const NAME = 'device.json';

const makeId = (random: () => number): string =>
  Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');

/** The kept id, or a new one. Without `keep` nothing is read or written. */
export async function findDeviceId(
  store: ClientStore,
  clock: Clock,
  random: () => number,
  keep: boolean,
): Promise<string> {
  if (!keep) return makeId(random);
  const bytes = await store.read(NAME).catch(() => null);
  if (bytes) {
    try {
      const { id, madeAtMs } = JSON.parse(new TextDecoder().decode(bytes)) as {
        id: string;
        madeAtMs: number;
      };
      if (/^[0-9a-f]{32}$/.test(id) && clock.nowMs() - madeAtMs < ROTATE_AFTER_MS) return id;
    } catch {
      // Unreadable: as good as none.
    }
  }
  const id = makeId(random);
  const text = JSON.stringify({ id, madeAtMs: Math.floor(clock.nowMs()) });
  await store.write(NAME, new TextEncoder().encode(text)).catch(() => undefined);
  return id;
}
