// Which signing keys this client believes: those it was given, or those it saw first (then kept, and no others).

import type { KeySet } from '@everypath/schema';
import { IntegrityError, OfflineError } from './errors.ts';
import { requestJson } from './http.ts';
import type { Platform } from './platform.ts';
import type { PublicKey } from './verify.ts';

export interface TrustedKeys {
  readonly keys: readonly PublicKey[];
  /** For messages: `pinned in /home/…/keys.json`. */
  readonly from: string;
}

const isKey = (key: PublicKey): boolean =>
  key?.kty === 'EC' &&
  key.crv === 'P-256' &&
  [key.kid, key.x, key.y].every((part) => typeof part === 'string');

function parseKeys(set: unknown, from: string): readonly PublicKey[] {
  const keys = (set as KeySet | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) {
    throw new IntegrityError(`no P-256 public keys ${from}`);
  }
  return keys;
}

/** Finds the keys: the given ones, else the pinned, else the service's own, which are then pinned under `pinName`. */
export async function findTrustedKeys(
  platform: Platform,
  baseUrl: string,
  given: readonly PublicKey[] | undefined,
  pinName: string,
): Promise<TrustedKeys> {
  const { store } = platform;
  if (given)
    return { keys: parseKeys({ keys: given }, "in the option 'publicKeys'"), from: "option 'publicKeys'" };
  const from = `pinned in ${store.where(pinName)}`;
  const pinned = await store.read(pinName);
  if (pinned) {
    try {
      return { keys: parseKeys(JSON.parse(new TextDecoder().decode(pinned)), from), from };
    } catch {
      // A broken pin must not become a new first use: someone who can break it could choose the keys.
      throw new IntegrityError(`the keys ${from} cannot be read; delete the file to trust the service anew`);
    }
  }
  const answer = await requestJson(platform, `${baseUrl}/v1/keys`, undefined);
  if (answer.kind !== 'answer') {
    const why = answer.kind === 'unreachable' ? answer.why : 'it says that they did not change';
    throw new OfflineError(`cannot get the service's keys: ${why}`);
  }
  const keys = parseKeys(answer.body, `at ${baseUrl}/v1/keys`);
  const bytes = new TextEncoder().encode(JSON.stringify({ keys }));
  await store
    .write(pinName, bytes)
    .catch((error: unknown) => platform.log('warn', `cannot pin keys: ${error}`));
  return { keys, from };
}
