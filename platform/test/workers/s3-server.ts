// A real S3 server for tests and benchmarks: the Versity gateway over a temporary folder. Found on PATH, or built once
// with Go into a folder for caches; null where there is neither.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const GATEWAY = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const BUCKET = 'everypath';

export interface S3Server {
  /** What a builder and a worker take from the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that the bucket's objects are files of. */
  readonly folder: string;
  stop(): Promise<void>;
}

async function findGateway(): Promise<string | null> {
  const built = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'everypath', 'bin');
  const places = [...(process.env.PATH ?? '').split(delimiter), built].map((folder) =>
    join(folder, 'versitygw'),
  );
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  try {
    await promisify(execFile)('go', ['install', GATEWAY], { env: { ...process.env, GOBIN: built } });
    return join(built, 'versitygw');
  } catch {
    return null;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Starts the server with one bucket; null where there is none to start. */
export async function startS3(): Promise<S3Server | null> {
  const gateway = await findGateway();
  if (gateway === null) return null;
  const root = await mkdtemp(join(tmpdir(), 'everypath-s3-'));
  const folder = join(root, BUCKET);
  await mkdir(folder);
  const port = await freePort();
  const key = { access: 'everypath', secret: 'everypath-secret' };
  const child: ChildProcess = spawn(gateway, ['--port', `127.0.0.1:${port}`, 'posix', root], {
    env: { ...process.env, ROOT_ACCESS_KEY: key.access, ROOT_SECRET_KEY: key.secret },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  while (
    child.exitCode === null &&
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  )
    await sleep(50);
  return {
    folder,
    env: {
      EVERYPATH_S3_URL: `${url}/${BUCKET}`,
      AWS_ACCESS_KEY_ID: key.access,
      AWS_SECRET_ACCESS_KEY: key.secret,
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      await rm(root, { recursive: true, force: true });
    },
  };
}
