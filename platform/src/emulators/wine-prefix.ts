// Wine's own folder: made once, then stripped of what no program of ours touches, because Wine copies all of Windows
// (650 MB) into it. Never the user's own `~/.wine`.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where Debian and others put the 64-bit Wine. */
export const WINE = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/opt/wine-stable/bin/wine64'] as const;

/** What a console program that imports the C runtime needs of Windows. */
const KEPT = new Set(['ntdll.dll', 'kernel32.dll', 'kernelbase.dll', 'ucrtbase.dll', 'drivers']);
const SYSTEM = 'drive_c/windows/system32';
const UNUSED = ['winsxs', 'syswow64', 'resources', 'globalization', 'Fonts', 'twain_64', 'inf'];

const BOOT_TIMEOUT_MS = 300_000;

/** The environment that Wine runs programs in, with a prefix below `folder`. */
export async function preparePrefix(wine: string, folder: string): Promise<Readonly<Record<string, string>>> {
  const prefix = join(folder, 'wine-prefix');
  const environment = (where: string) => ({
    PATH: process.env.PATH ?? '',
    HOME: folder,
    WINEPREFIX: where,
    WINEDEBUG: '-all',
    // Neither .NET nor a browser: asking for them opens windows.
    WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe=d',
  });
  if (existsSync(prefix)) return environment(prefix);
  const draft = `${prefix}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const run = promisify(execFile);
  await run(wine, ['wineboot', '-i'], { env: environment(draft), timeout: BOOT_TIMEOUT_MS });
  // The prefix is moved under its server's feet otherwise: it ends by itself once the last program has.
  await run(join(wine, '../wineserver'), ['-w'], { env: environment(draft), timeout: BOOT_TIMEOUT_MS }).catch(
    () => undefined,
  );
  await strip(draft);
  await rename(draft, prefix).catch(async (error: unknown) => {
    // Another process was faster: its prefix is as good.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(prefix)) throw error;
  });
  return environment(prefix);
}

async function strip(prefix: string): Promise<void> {
  const system = join(prefix, SYSTEM);
  const names = (await readdir(system)).filter((name) => !KEPT.has(name));
  await Promise.all([
    ...names.map((name) => rm(join(system, name), { recursive: true, force: true })),
    ...UNUSED.map((name) => rm(join(prefix, 'drive_c/windows', name), { recursive: true, force: true })),
  ]);
}
