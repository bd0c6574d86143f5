// `everypath verify FILE.py…`: compiles each file's function for this machine, runs it beside CPython on the file's
// cases and says whether they agree. One front end, one pool and one object cache for all files.

import { detectDevice } from '@everypath/client';
import { createFrontend, type IrModule } from '@everypath/compiler';
import { buildHere } from './build-here.ts';
import { createProgramPool } from './program-pool.ts';
import { type VerifyReport, type VerifySettings, verifyFile } from './verify-file.ts';

export interface VerifyCommandOptions extends VerifySettings {
  readonly files: readonly string[];
  /** One JSON object a file, as it finishes, instead of lines for people. */
  readonly json?: boolean;
  /** Where compiled objects are kept between runs. */
  readonly cacheDir: string;
}

/** Takes one line of the result. */
export type WriteLine = (line: string) => void;

const MARK: Readonly<Record<VerifyReport['status'], string>> = {
  pass: '✔',
  mismatch: '✘',
  unsupported: '–',
  error: '✘',
};

function textOf({ file, status, cases, passed, reason, line }: VerifyReport): string {
  const where = line === null ? file : `${file}:${line}`;
  const counted = cases > 0 ? ` (${passed} of ${cases} cases)` : '';
  return reason === ''
    ? `${MARK[status]} ${where}${counted}`
    : `${MARK[status]} ${where}: ${status}${counted}: ${reason}`;
}

/** Files in flight at once: while one waits for CPython, another compiles. */
const CONCURRENCY = 2;

/** Runs the command; resolves to its exit code, 0 only if every file passes. */
export async function verifyCommand(options: VerifyCommandOptions, write: WriteLine): Promise<number> {
  const { files, json = false, cacheDir } = options;
  const frontend = await createFrontend();
  const pool = createProgramPool({ size: CONCURRENCY });
  const { isaLevel } = await detectDevice();
  const build = (module: IrModule) => buildHere(module, cacheDir, isaLevel);
  const counts: Record<VerifyReport['status'], number> = { pass: 0, mismatch: 0, unsupported: 0, error: 0 };
  const queue = [...files];
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const report = await verifyFile(file, options, { frontend, build, pool });
      counts[report.status]++;
      write(json ? JSON.stringify(report) : textOf(report));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, files.length) }, work));
  } finally {
    await Promise.allSettled([frontend.close(), pool.close()]);
  }
  if (!json) {
    const { pass, mismatch, unsupported, error } = counts;
    write(`${pass} pass, ${mismatch} mismatch, ${unsupported} unsupported, ${error} error`);
  }
  return counts.pass === files.length ? 0 : 1;
}
