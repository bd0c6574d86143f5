// A throwaway PostgreSQL for tests: a cluster of its own in a temporary folder, reached through a socket there.
// Null where no PostgreSQL is installed. Root may not run it, so root hands it to the user `postgres`.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = '/usr/lib/postgresql';

export interface PostgresServer {
  /** For `openPostgres({ url })`; each call names a new, empty database. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

/** The newest installed server's programs. */
function findBinaries(): string | null {
  if (!existsSync(ROOT)) return null;
  const versions = readdirSync(ROOT).sort((a, b) => Number(b) - Number(a));
  return (
    versions.map((version) => join(ROOT, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ??
    null
  );
}

/** Starts a cluster, or gives null where there is nothing to start. */
export async function startPostgres(): Promise<PostgresServer | null> {
  const bin = findBinaries();
  if (bin === null) return null;
  const root = process.getuid?.() === 0;
  const user = root ? 'postgres' : (process.env.USER ?? 'postgres');
  const folder = await mkdtemp(join(tmpdir(), 'everypath-postgres-'));
  await chmod(folder, 0o700);
  if (root) {
    const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
    await chown(folder, id('-u'), id('-g'));
  }
  const asUser = (program: string, args: readonly string[]) =>
    root
      ? run('setpriv', [`--reuid=${user}`, `--regid=${user}`, '--init-groups', join(bin, program), ...args], {
          cwd: folder,
        })
      : run(join(bin, program), [...args], { cwd: folder });

  const data = join(folder, 'data');
  await asUser('initdb', ['-D', data, '-U', user, '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']);
  // A socket alone: no port that another test could hold.
  const settings = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off`;
  await asUser('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
  let count = 0;
  return {
    async database() {
      count += 1;
      const name = `test_${count}`;
      await asUser('createdb', ['-h', folder, '-U', user, name]);
      return `postgres://${user}@/${name}?host=${encodeURIComponent(folder)}`;
    },
    async stop() {
      await asUser('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
