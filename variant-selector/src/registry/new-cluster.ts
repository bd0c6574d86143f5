// A new database cluster from one made earlier: `initdb` in WebAssembly takes seconds, unpacking what it made does not.

import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

export interface ClusterOptions {
  /** Where the empty cluster is kept, by default in the user's cache. */
  readonly templateDir?: string;
}

/** Opens PGlite on a folder or `memory://`. A new cluster comes from the template; without one, it becomes it. */
export async function openCluster(
  location: string,
  {
    templateDir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'everypath'),
  }: ClusterOptions = {},
): Promise<PGlite> {
  if (!location.includes('://') && (await exists(join(location, 'PG_VERSION'))))
    return PGlite.create(location);
  const template = join(templateDir, `postgres-${await engineVersion()}.tar.zst`);
  const kept = await load(template);
  if (kept) return PGlite.create({ dataDir: location, loadDataDir: kept });
  const pglite = await PGlite.create(location);
  // A template is a convenience: a cache that cannot be written is no reason to fail.
  await keep(template, pglite).catch(() => undefined);
  return pglite;
}

/** The template, or null when there is none or it was damaged. */
async function load(template: string): Promise<Blob | null> {
  try {
    return new Blob([zstdDecompressSync(await readFile(template))]);
  } catch {
    return null;
  }
}

async function keep(template: string, pglite: PGlite): Promise<void> {
  const tar = await (await pglite.dumpDataDir('none')).arrayBuffer();
  const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
  await mkdir(join(template, '..'), { recursive: true, mode: 0o700 });
  // Processes that start together write alike; the last rename stands.
  const mine = `${template}.${randomUUID()}`;
  await writeFile(mine, zstdCompressSync(new Uint8Array(tar), { params }), { mode: 0o600 });
  await rename(mine, template);
}

async function engineVersion(): Promise<string> {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'));
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
