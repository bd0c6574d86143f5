// `everypath worker`: does other machines' compiles, links and proofs, until it is interrupted.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type CommandContext, configOf } from '../cli/context.ts';
import { readCount } from '../cli/words.ts';

interface Options {
  readonly jobs?: string;
}

export const workerCommand = (context: CommandContext): Command =>
  new Command('worker')
    .description('compile, link and verify for builds that use --workers')
    .option('--jobs <count>', 'jobs at once (default: the processors)')
    .addHelpText(
      'after',
      `
Builders and workers meet in a queue and a bucket:
  EVERYPATH_POSTGRES_URL   postgres://user:password@host/database
  EVERYPATH_S3_URL         https://s3.example.org/bucket
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION (default us-east-1)
A worker compiles and runs what the queue holds: let only builders write to it.

Examples:
  everypath worker
  everypath compile filter.py --workers`,
    )
    .action((options: Options) => work(context, options));

async function work(context: CommandContext, options: Options): Promise<void> {
  const { env, output, random } = context;
  const jobs = options.jobs === undefined ? availableParallelism() : readCount(options.jobs, '--jobs');
  const config = await configOf(context);
  const { readWorkerConfig } = await import('../workers/worker-config.ts');
  const { postgresUrl, bucket } = readWorkerConfig(env);
  const { machineDependencies, openBuildTools } = await import('@everypath/compiler');
  const { openProving } = await import('../verify/proving.ts');
  const { openBucket } = await import('../workers/bucket.ts');
  const { openBuildQueue } = await import('../workers/build-queue.ts');
  const { createVerifier } = await import('../workers/verifier.ts');
  const { runWorker } = await import('../workers/worker.ts');
  const { openLog } = await import('../log.ts');

  const log = openLog(config.logLevel);
  const cacheDir = join(config.dataDir, 'build');
  const shared = await openBucket(bucket);
  const tools = await openBuildTools({ cacheDir, env, deps: machineDependencies(), shared });
  const proving = await openProving({ cacheDir, env });
  const queue = await openBuildQueue(postgresUrl, log, random);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  output.note(`working, ${jobs} jobs at once; Ctrl-C finishes what was taken and stops`);
  try {
    const verifier = createVerifier(tools, shared, proving);
    const done = await runWorker({ queue, tools, verifier, jobs, signal: stop.signal, log });
    output.note(`${done} jobs done`);
  } finally {
    await queue.close();
    await proving.close();
    await tools.toolbox.close();
  }
}
