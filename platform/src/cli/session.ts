// The services for one command: those of a running `everypath up`, else ones started in this process for its duration.

import { Failure } from '../failure.ts';
import type { Api } from './api.ts';
import { type CommandContext, configOf } from './context.ts';

export interface Session {
  readonly url: string;
  readonly api: Api;
  /** Hands over what is buffered and stops what this session started. */
  close(): Promise<void>;
}

/** How long a command waits for another command that holds the data folder. */
const WAIT_MS = 120_000;

/** Finds or starts the services. */
export async function openSession(context: CommandContext): Promise<Session> {
  const config = await configOf(context);
  const { findOwner, readPublishToken } = await import('../data-folder.ts');
  const { createApi } = await import('./api.ts');
  const untilMs = context.clock.ticksMs() + WAIT_MS;
  let told = false;
  for (;;) {
    const owner = await findOwner(config.dataDir);
    if (!owner) break;
    if (owner.mode === 'serve' && owner.url) {
      const token = await readPublishToken(owner);
      return { url: owner.url, api: createApi(owner.url, token), close: async () => {} };
    }
    if (context.clock.ticksMs() > untilMs) {
      throw new Failure(
        'EP_FOLDER_BUSY',
        `process ${owner.pid} has held the data folder for two minutes`,
        'End it, or choose another folder with --data.',
      );
    }
    if (!told) context.output.note(`waiting for process ${owner.pid}, which is using the data folder`);
    told = true;
    await context.clock.sleep(250);
  }
  const { startPlatform } = await import('../server.ts');
  const level = context.flags.logLevel ? config.logLevel : context.flags.verbose ? 'info' : 'error';
  const platform = await startPlatform({
    ...config,
    port: 0,
    host: '127.0.0.1',
    logLevel: level,
    mode: 'command',
    clock: context.clock,
    random: context.random,
  });
  return { url: platform.url, api: createApi(platform.url, platform.publishToken), close: platform.close };
}

/** Runs `use` with a session and always closes it. */
export async function withSession<Result>(
  context: CommandContext,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(context);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
