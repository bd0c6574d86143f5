// The data folder: which process owns it, where that process listens, and the publish token. The embedded databases
// allow one process at a time, so the owner's record is made exclusively and told apart from a dead owner's.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, Random } from './clock.ts';
import { Failure } from './failure.ts';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** Random, made at start: `/healthz` repeats it, so that a recycled process id is not taken for the owner. */
  instance: z.string(),
  /** serve: `everypath up`. command: a command that started the services for its own time. */
  mode: z.enum(['serve', 'command']),
  startedAtMs: z.number(),
  /** Empty until it listens. */
  url: z.string(),
  publishTokenFile: z.string(),
});

/** The process that has the data folder open. */
export type Owner = z.output<typeof ownerSchema>;

export interface DataFolder {
  readonly path: string;
  readonly publishToken: string;
  readonly owner: Owner;
  /** Says where the services listen. */
  announce(url: string): Promise<void>;
  /** Gives the folder up. */
  release(): Promise<void>;
}

const ownerFile = (path: string): string => join(path, 'server.json');
const tokenFile = (path: string): string => join(path, 'publish-token');

/** The recorded owner, if its process lives; null otherwise. */
export async function findOwner(path: string, fetchHealth: typeof fetch = fetch): Promise<Owner | null> {
  const text = await readFile(ownerFile(path), 'utf8').catch(() => null);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const owner = ownerSchema.safeParse(json).data;
  if (!owner || !isAlive(owner.pid)) return null;
  if (owner.url === '') return owner;
  try {
    const response = await fetchHealth(`${owner.url}/healthz`, { signal: AbortSignal.timeout(3000) });
    const body = (await response.json()) as { instance?: unknown };
    return body.instance === owner.instance ? owner : null;
  } catch (error) {
    // It lives but does not answer: busy is not dead. Only a refused connection says that nobody listens there.
    return isRefused(error) ? null : owner;
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export interface ClaimOptions {
  readonly path: string;
  readonly mode: Owner['mode'];
  readonly pid: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes this process the owner of the folder, or fails saying who is. */
export async function claimDataFolder({ path, mode, pid, clock, random }: ClaimOptions): Promise<DataFolder> {
  await mkdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      'EP_DATA_FOLDER',
      `cannot make the data folder ${path}: ${error.code}`,
      'Choose another with --data.',
    );
  });
  let owner: Owner = {
    pid,
    instance: random.uuid(),
    mode,
    startedAtMs: clock.nowMs(),
    url: '',
    publishTokenFile: tokenFile(path),
  };
  const write = async (flag: 'w' | 'wx', file: string): Promise<void> =>
    writeFile(file, `${JSON.stringify(owner, null, 2)}\n`, { flag, mode: 0o600 });
  for (let attempt = 0; ; attempt++) {
    try {
      await write('wx', ownerFile(path));
      break;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'EEXIST' || attempt >= 3) {
        throw new Failure(
          'EP_DATA_FOLDER',
          `cannot write to the data folder ${path}: ${code}`,
          'Free some space, or choose another folder with --data.',
        );
      }
      const other = await findOwner(path);
      if (other) throw alreadyRunning(path, other);
      await rm(ownerFile(path), { force: true });
    }
  }
  const publishToken = await readToken(path, random);
  return {
    path,
    publishToken,
    get owner() {
      return owner;
    },
    async announce(url) {
      owner = { ...owner, url };
      const next = `${ownerFile(path)}.next`;
      await write('w', next);
      await rename(next, ownerFile(path));
    },
    async release() {
      const text = await readFile(ownerFile(path), 'utf8').catch(() => '');
      if (text.includes(owner.instance)) await rm(ownerFile(path), { force: true });
    },
  };
}

const alreadyRunning = (path: string, owner: Owner): Failure =>
  owner.mode === 'serve'
    ? new Failure(
        'EP_ALREADY_RUNNING',
        `everypath is already up on this data folder${owner.url ? `: ${owner.url}` : ''} (process ${owner.pid})`,
        `Use that one, stop it, or choose another folder with --data. Data folder: ${path}`,
      )
    : new Failure(
        'EP_FOLDER_BUSY',
        `another everypath command is using this data folder (process ${owner.pid})`,
        `Try again when it has ended. Data folder: ${path}`,
      );

/** The token that publishing needs: made once, readable by its owner alone. */
async function readToken(path: string, random: Random): Promise<string> {
  const file = tokenFile(path);
  const found = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (found) return found;
  const token = random.secret();
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}

/** The publish token of a running owner. */
export const readPublishToken = async (owner: Owner): Promise<string> =>
  (await readFile(owner.publishTokenFile, 'utf8')).trim();
