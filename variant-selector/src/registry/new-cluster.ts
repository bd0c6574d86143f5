// A new database cluster from one made earlier: `initdb` in WebAssembly takes seconds, unpacking what it made does not.

import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
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
  await mkdir(dirname(template), { recursive: true, mode: 0o700 });
  // Threads that start together write alike, each in a folder of its own; the last rename stands.
  const folder = await mkdtemp(join(dirname(template), 'new-'));
  try {
    await writeFile(join(folder, 'tar.zst'), zstdCompressSync(new Uint8Array(tar), { params }));
    await rename(join(folder, 'tar.zst'), template);
  } finally {
    await rm(folder, { recursive: true });
  }
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
